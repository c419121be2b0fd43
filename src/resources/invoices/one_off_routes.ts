import { VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import { customerObject } from '../../customer/contract.js'
import { router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { validate } from '../../http/validate.js'
import { findCustomer } from '../customers/store.js'
import { wholeInvoice } from './answer.js'
import { customerOfInvoice, issueInvoice } from './schema.js'

export const oneOffRoutes = router().post('/', async (c) => {
  const envelope = await readEnvelope(c, 'invoice')
  if (!envelope.ok) return fail(c, envelope.failure)
  const { db, organizationId, now } = c.var
  const named = validate(customerOfInvoice, envelope.value)
  const customer = named.ok ? await findCustomer(db, organizationId, named.value.external_customer_id) : undefined
  if (customer === undefined) return fail(c, { kind: 'not_found', thing: 'customer' })
  const input = validate(issueInvoice, envelope.value)
  if (!input.ok) return fail(c, input.failure)
  const ref = { organizationId, customerId: customer.id }
  const issued = await customerObject(c.env, ref).issueOneOff(ref, input.value, now)
  if (!issued.ok) return fail(c, issued.failure)
  // One that is left out for being of nothing is shown this once.
  return c.json({ invoice: await wholeInvoice(c, issued.value, [...VISIBLE_STATUSES, 'closed']) })
})
