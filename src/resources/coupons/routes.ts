import type { Context } from 'hono'
import { commit, type Statement } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { endApplicationsOfCoupon } from '../applied_coupons/store.js'
import { readChangedCoupon, readNewCoupon } from './read_coupon.js'
import { serializeCoupon } from './serialize.js'
import {
  couponQuery,
  deleteCoupon,
  findCoupon,
  insertCoupon,
  listCoupons,
  targetCodes,
  updateCouponRow,
} from './store.js'
import type { CouponRow } from './table.js'
import { findTargets } from './targets.js'
import type { CouponTargetCodes } from './terms.js'

const NOT_FOUND = { kind: 'not_found', thing: 'coupon' } as const
const NO_TARGETS: CouponTargetCodes = { planCodes: [], metricCodes: [] }

export const couponRoutes = router()
  .get('/', async (c) => {
    const { db, organizationId, now } = c.var
    const page = pageOf(c)
    const { rows, totalCount } = await listCoupons(db, organizationId, now, page)
    const codes = await targetCodes(db, organizationId, rows)
    return c.json({ coupons: rows.map((row) => serializeCoupon(row, codes, now)), meta: meta(page, totalCount) })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'coupon')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId, now } = c.var
    const asked = readNewCoupon(envelope.value, now)
    if (!asked.ok) return fail(c, asked.failure)
    const { terms, targets = NO_TARGETS } = asked.value
    const found = await findTargets(db, organizationId, targets)
    if (!found.ok) return fail(c, found.failure)
    const life = { createdAt: now, updatedAt: now, deletedAt: null }
    const row = { id: c.var.newId(), organizationId, ...life, ...terms, ...found.value }
    return write(c, [insertCoupon(db, row)], row.id)
  })
  .get('/:code', async (c) => {
    const known = await findCoupon(c.var.db, c.var.organizationId, c.req.param('code'))
    return answer(c, known?.coupon)
  })
  .put('/:code', async (c) => {
    const envelope = await readEnvelope(c, 'coupon')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId, now } = c.var
    const known = await findCoupon(db, organizationId, c.req.param('code'))
    if (known === undefined) return fail(c, NOT_FOUND)
    const { coupon, isApplied } = known
    const asked = readChangedCoupon(envelope.value, coupon, { isApplied, now })
    if (!asked.ok) return fail(c, asked.failure)
    const { terms, targets } = asked.value
    const found = targets && (await findTargets(db, organizationId, targets))
    if (found !== undefined && !found.ok) return fail(c, found.failure)
    const row = { ...coupon, ...terms, ...found?.value, updatedAt: now }
    return write(c, updateCouponRow(db, organizationId, row), coupon.id)
  })
  .delete('/:code', async (c) => {
    const { db, organizationId, now } = c.var
    const known = await findCoupon(db, organizationId, c.req.param('code'))
    if (known === undefined) return fail(c, NOT_FOUND)
    const codes = await targetCodes(db, organizationId, [known.coupon])
    await commit(db, [
      deleteCoupon(db, organizationId, known.coupon.id, now),
      endApplicationsOfCoupon(db, organizationId, known.coupon.id, now),
    ])
    return c.json({ coupon: serializeCoupon(known.coupon, codes, now) })
  })

/** Commits, and answers the coupon as it is then. */
async function write(c: Context<AppEnv>, statements: Statement[], id: string) {
  const outcome = await commit(c.var.db, statements)
  if (!outcome.committed) return fail(c, { kind: 'taken', field: 'code' })
  const [row] = await couponQuery(c.var.db, c.var.organizationId, id)
  return answer(c, row)
}

async function answer(c: Context<AppEnv>, row: CouponRow | undefined) {
  if (row === undefined) return fail(c, NOT_FOUND)
  const { db, organizationId, now } = c.var
  const codes = await targetCodes(db, organizationId, [row])
  return c.json({ coupon: serializeCoupon(row, codes, now) })
}
