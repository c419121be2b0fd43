import type { Context } from 'hono'
import { notFound, ok, type Result } from '../../core/result.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { validate } from '../../http/validate.js'
import type { FixedChargeRecord } from '../fixed_charges/record.js'
import { changedFixedChargeInUse } from '../fixed_charges/schema.js'
import { serializeFixedCharge } from '../fixed_charges/serialize.js'
import { findFixedCharge, listFixedCharges, unitsOfSubscription } from '../fixed_charges/store.js'
import { edited, subscriptionOf } from '../subscription_charges/found.js'

const NOT_FOUND = { kind: 'not_found', thing: 'fixed_charge' } as const

/** The fixed charges of one subscription, with the units that it has: those of its plan until it is given others. */
export const subscriptionFixedChargeRoutes = router()
  .get('/:externalId/fixed_charges', async (c) => {
    const found = await subscriptionOf(c)
    if (!found.ok) return fail(c, found.failure)
    const { db, organizationId } = c.var
    const { subscription, plan } = found.value
    const page = pageOf(c)
    const [{ rows, totalCount }, own] = await Promise.all([
      listFixedCharges(db, organizationId, plan.id, page),
      ownUnits(c, subscription.id),
    ])
    const fixed_charges = rows.map((record) => serializeFixedCharge(record, own.get(record.charge.id)))
    return c.json({ fixed_charges, meta: meta(page, totalCount) })
  })
  .get('/:externalId/fixed_charges/:code', async (c) => {
    const found = await fixedChargeOf(c)
    return found.ok ? answer(c, found.value) : fail(c, found.failure)
  })
  .put('/:externalId/fixed_charges/:code', async (c) => {
    const found = await fixedChargeOf(c)
    if (!found.ok) return fail(c, found.failure)
    const envelope = await readEnvelope(c, 'fixed_charge')
    if (!envelope.ok) return fail(c, envelope.failure)
    const sent = validate(changedFixedChargeInUse, envelope.value)
    if (!sent.ok) return fail(c, sent.failure)
    const { subscription, record } = found.value
    const { code } = record.charge
    const done = await edited(c, found.value, { kind: 'fixed_charge', code, sent: sent.value })
    if (!done.ok) return fail(c, done.failure)
    const changed = await findFixedCharge(c.var.db, c.var.organizationId, done.value.planId, code)
    return changed === undefined ? fail(c, NOT_FOUND) : answer(c, { subscription, record: changed })
  })

interface Found {
  readonly subscription: { readonly id: string; readonly customerId: string }
  readonly record: FixedChargeRecord
}

async function fixedChargeOf(c: Context<AppEnv>): Promise<Result<Found>> {
  const found = await subscriptionOf(c)
  if (!found.ok) return found
  const { db, organizationId } = c.var
  const { subscription, plan } = found.value
  const record = await findFixedCharge(db, organizationId, plan.id, c.req.param('code') ?? '')
  return record === undefined ? notFound('fixed_charge') : ok({ subscription, record })
}

/** The last units that the subscription was given for itself, by fixed charge. */
async function ownUnits(c: Context<AppEnv>, subscriptionId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await unitsOfSubscription(c.var.db, c.var.organizationId, subscriptionId)
  return new Map(rows.map(({ fixedChargeId, units }) => [fixedChargeId, units]))
}

async function answer(c: Context<AppEnv>, { subscription, record }: Found) {
  const own = await ownUnits(c, subscription.id)
  return c.json({ fixed_charge: serializeFixedCharge(record, own.get(record.charge.id)) })
}
