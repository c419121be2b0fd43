import type { Context } from 'hono'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { validate } from '../../http/validate.js'
import { findCoupon } from '../coupons/store.js'
import { endedAt } from '../coupons/terms.js'
import { findCustomer } from '../customers/store.js'
import { serializeCredit } from '../invoices/serialize.js'
import { applyCoupon } from './schema.js'
import { serializeAppliedCoupon } from './serialize.js'
import { type AppliedCouponFilters, creditsOfApplications, findAppliedCoupon, listAppliedCoupons } from './store.js'
import { APPLIED_COUPON_STATUSES } from './table.js'

const NOT_FOUND = { kind: 'not_found', thing: 'applied_coupon' } as const
const NO_COUPON = { kind: 'not_found', thing: 'coupon' } as const
const NO_CUSTOMER = { kind: 'not_found', thing: 'customer' } as const

export const appliedCouponRoutes = router()
  .get('/', (c) => list(c, { externalCustomerId: new Filters(c).text('external_customer_id') }))
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'applied_coupon')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId, now } = c.var
    const { external_customer_id: externalId, coupon_code: code } = envelope.value
    const customer = await findCustomer(db, organizationId, asCode(externalId))
    if (customer === undefined) return fail(c, NO_CUSTOMER)
    const known = await findCoupon(db, organizationId, asCode(code))
    if (known === undefined || endedAt(known.coupon, now) !== null) return fail(c, NO_COUPON)
    const input = validate(applyCoupon, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const ref = { organizationId, customerId: customer.id }
    const applied = await customerObject(c.env, ref).applyCoupon(ref, known.coupon.id, input.value, now)
    return applied.ok ? answer(c, applied.value) : fail(c, applied.failure)
  })

/** The same listing, narrowed to one customer; and the end of what one has. */
export const customerCouponRoutes = router()
  .get('/:externalCustomerId/applied_coupons', async (c) => {
    const customer = await findCustomer(c.var.db, c.var.organizationId, c.req.param('externalCustomerId'))
    return customer === undefined ? fail(c, NO_CUSTOMER) : list(c, { customerId: customer.id })
  })
  .delete('/:externalCustomerId/applied_coupons/:id', async (c) => {
    const { db, organizationId, now } = c.var
    const customer = await findCustomer(db, organizationId, c.req.param('externalCustomerId'))
    if (customer === undefined) return fail(c, NO_CUSTOMER)
    const ref = { organizationId, customerId: customer.id }
    const ended = await customerObject(c.env, ref).endCoupon(ref, c.req.param('id'), now)
    return ended.ok ? answer(c, c.req.param('id')) : fail(c, ended.failure)
  })

/** Codes and ids are text; numbers are kept as text, and anything else names nothing. */
const asCode = (sent: unknown): string =>
  typeof sent === 'string' || typeof sent === 'number' ? String(sent).toWellFormed() : ''

async function answer(c: Context<AppEnv>, id: string) {
  const row = await findAppliedCoupon(c.var.db, c.var.organizationId, id)
  return row === undefined ? fail(c, NOT_FOUND) : c.json({ applied_coupon: serializeAppliedCoupon(row, c.var.now) })
}

async function list(c: Context<AppEnv>, whose: Pick<AppliedCouponFilters, 'customerId' | 'externalCustomerId'>) {
  const { db, organizationId, now } = c.var
  const page = pageOf(c)
  const filters = new Filters(c)
  const status = APPLIED_COUPON_STATUSES.find((word) => word === filters.text('status'))
  const given = { ...whose, status, couponCodes: filters.list('coupon_code') }
  const { rows, totalCount } = await listAppliedCoupons(db, organizationId, given, page)
  const ids = rows.map(({ applied }) => applied.id)
  const credits = Map.groupBy(await creditsOfApplications(db, organizationId, ids), ({ credit }) => credit.sourceId)
  return c.json({
    applied_coupons: rows.map((row) => ({
      ...serializeAppliedCoupon(row, now),
      credits: (credits.get(row.applied.id) ?? []).map(({ credit, invoice }) =>
        serializeCredit(
          { credit, creditNote: null, sourceNumber: null, progressiveNumber: null, coupon: row.coupon },
          invoice,
        ),
      ),
    })),
    meta: meta(page, totalCount),
  })
}
