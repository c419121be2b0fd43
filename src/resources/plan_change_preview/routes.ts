import { z } from 'zod'
import { customerObject } from '../../customer/contract.js'
import { router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { dateTime, text } from '../../http/fields.js'
import { validate } from '../../http/validate.js'
import { readZones } from '../billing_entities/store.js'
import { serializeCustomer } from '../customers/serialize.js'
import { creditedSources } from '../invoice_preview/store.js'
import { planOverridesField } from '../plan_overrides/schema.js'
import { findPlan } from '../plans/store.js'
import { findSubscription } from '../subscriptions/store.js'
import { serializePlanChange } from './serialize.js'

/** `at` is now unless it is given. */
const planChange = z.object({ plan_code: text(), plan_overrides: planOverridesField, at: dateTime().nullish() })

/** What a change of a running subscription's plan would invoice and credit. Nothing is stored. */
export const planChangePreviewRoutes = router().post('/:externalId/plan_change_preview', async (c) => {
  const { db, organizationId, now } = c.var
  const found = await findSubscription(db, organizationId, c.req.param('externalId'), ['active'])
  if (found === undefined) return fail(c, { kind: 'not_found', thing: 'subscription' })
  const envelope = await readEnvelope(c, 'plan_change')
  if (!envelope.ok) return fail(c, envelope.failure)
  const input = validate(planChange, envelope.value)
  if (!input.ok) return fail(c, input.failure)
  const plan = await findPlan(db, organizationId, input.value.plan_code)
  if (plan === undefined) return fail(c, { kind: 'not_found', thing: 'plan' })
  const { subscription, customer } = found
  const ref = { organizationId, customerId: customer.id }
  const { plan_overrides: overrides } = input.value
  const question = { planId: plan.plan.id, overrides, at: input.value.at ?? now }
  const preview = await customerObject(c.env, ref).previewPlanChange(ref, subscription.id, question, now)
  if (!preview.ok) return fail(c, preview.failure)
  const sourceIds = preview.value.invoices.flatMap(({ credits }) => credits.map(({ sourceId }) => sourceId))
  const [zones, sources] = await Promise.all([
    readZones(db, organizationId),
    creditedSources(db, organizationId, sourceIds),
  ])
  const subject = { customer: serializeCustomer(customer, zones), externalCustomerId: customer.externalId, sources }
  const change = { current: subscription, planId: plan.plan.id }
  return c.json({ plan_change_preview: serializePlanChange(preview.value, change, subject) })
})
