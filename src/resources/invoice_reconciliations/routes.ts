import { VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import { callCustomer, customerObject } from '../../customer/contract.js'
import { router } from '../../http/app_env.js'
import { isObject, readBody } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { validate } from '../../http/validate.js'
import { invoiceOwner } from '../invoices/store.js'
import { reconcileInvoice } from './schema.js'
import { serializeReconciliation } from './serialize.js'

/** A final invoice beside its usage of now: asked, and answered when that is confirmed. */
export const invoiceReconciliationRoutes = router().post('/:id/reconcile', async (c) => {
  const { db, organizationId, now } = c.var
  const body = await readBody(c)
  if (!body.ok) return fail(c, body.failure)
  // Who only asks need not send anything.
  const sent = body.value.reconcile ?? {}
  if (!isObject(sent)) return fail(c, { kind: 'bad_request', message: 'reconcile is not an object' })
  const found = await invoiceOwner(db, organizationId, c.req.param('id'), VISIBLE_STATUSES)
  if (found === undefined) return fail(c, { kind: 'not_found', thing: 'invoice' })
  const input = validate(reconcileInvoice, sent)
  if (!input.ok) return fail(c, input.failure)
  const ref = { organizationId, customerId: found.customerId }
  const answer = input.value.confirm
    ? await customerObject(c.env, ref).reconcileInvoice(ref, found.id, now)
    : await callCustomer(c.env, ref, (object) => object.compareInvoice(ref, found.id, now))
  return answer.ok ? c.json({ reconciliation: serializeReconciliation(answer.value) }) : fail(c, answer.failure)
})
