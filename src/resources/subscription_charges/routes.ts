import { router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import { serializeCharge } from '../charges/serialize.js'
import { findCharge, listCharges } from '../charges/store.js'
import { chargeOverride } from '../plan_overrides/schema.js'
import { chargeOf, edited, subscriptionOf } from './found.js'

const NOT_FOUND = { kind: 'not_found', thing: 'charge' } as const

/** The charges of one subscription: those of its plan until one of them is changed for it alone. */
export const subscriptionChargeRoutes = router()
  .get('/:externalId/charges', async (c) => {
    const found = await subscriptionOf(c)
    if (!found.ok) return fail(c, found.failure)
    const page = pageOf(c)
    const { rows, totalCount } = await listCharges(c.var.db, c.var.organizationId, found.value.plan.id, page)
    return c.json({ charges: rows.map(serializeCharge), meta: meta(page, totalCount) })
  })
  .get('/:externalId/charges/:chargeCode', async (c) => {
    const found = await subscriptionOf(c)
    if (!found.ok) return fail(c, found.failure)
    const { db, organizationId } = c.var
    const record = await findCharge(db, organizationId, found.value.plan.id, c.req.param('chargeCode'))
    return record === undefined ? fail(c, NOT_FOUND) : c.json({ charge: serializeCharge(record) })
  })
  .put('/:externalId/charges/:chargeCode', async (c) => {
    const { db, organizationId } = c.var
    const found = await chargeOf(c)
    if (!found.ok) return fail(c, found.failure)
    const envelope = await readEnvelope(c, 'charge')
    if (!envelope.ok) return fail(c, envelope.failure)
    const sent = validate(chargeOverride, envelope.value)
    if (!sent.ok) return fail(c, sent.failure)
    const { code: chargeCode } = found.value.charge
    const done = await edited(c, found.value, { kind: 'charge', chargeCode, sent: sent.value })
    if (!done.ok) return fail(c, done.failure)
    const record = await findCharge(db, organizationId, done.value.planId, chargeCode)
    return record === undefined ? fail(c, NOT_FOUND) : c.json({ charge: serializeCharge(record) })
  })
