import type { Context } from 'hono'
import { updateRefusal } from '../../core/invoicing/settlement.js'
import { type InvoiceStatus, PAYABLE_STATUSES, VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import type { Result } from '../../core/result.js'
import { type CustomerApi, type CustomerRef, customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { validate } from '../../http/validate.js'
import { answerInvoice, NO_INVOICE, wholeInvoice } from './answer.js'
import { updateInvoice } from './schema.js'
import { invoiceOwner } from './store.js'

/** What becomes of an invoice once it is there: its payment, its metadata, its end as a draft. */
export const invoiceLifeRoutes = router()
  .put('/:id', async (c) => {
    const envelope = await readEnvelope(c, 'invoice')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { payment_status: paymentStatus, metadata } = envelope.value
    const found = await owner(c, paymentStatus === undefined ? VISIBLE_STATUSES : PAYABLE_STATUSES)
    if (found === undefined) return fail(c, NO_INVOICE)
    const asked = { paymentStatus: paymentStatus !== undefined, metadata: metadata !== undefined }
    const code = updateRefusal(found.status, asked)
    if (code !== null) return fail(c, { kind: 'not_allowed', code })
    const changes = validate(updateInvoice, envelope.value)
    if (!changes.ok) return fail(c, changes.failure)
    return carriedOut(c, found, (object, ref) => object.updateInvoice(ref, found.id, changes.value, c.var.now))
  })
  .delete('/:id', async (c) => {
    const found = await owner(c)
    // Read before it is gone: it is answered as it was.
    const invoice = await wholeInvoice(c, c.req.param('id'))
    if (found === undefined || invoice === undefined) return fail(c, NO_INVOICE)
    const ref = { organizationId: c.var.organizationId, customerId: found.customerId }
    const deleted = await customerObject(c.env, ref).deleteDraft(ref, found.id, c.var.now)
    return deleted.ok ? c.json({ invoice }) : fail(c, deleted.failure)
  })
  .post('/:id/lose_dispute', async (c) => {
    const found = await owner(c)
    if (found === undefined) return fail(c, NO_INVOICE)
    return carriedOut(c, found, (object, ref) => object.loseDispute(ref, found.id, c.var.now))
  })

const owner = (c: Context<AppEnv, '/:id'>, statuses: readonly InvoiceStatus[] = VISIBLE_STATUSES) =>
  invoiceOwner(c.var.db, c.var.organizationId, c.req.param('id'), statuses)

/** Has the customer's object do something about an invoice, and shows what it is then. */
async function carriedOut(
  c: Context<AppEnv>,
  { id, customerId }: { readonly id: string; readonly customerId: string },
  command: (object: CustomerApi, ref: CustomerRef) => Promise<Result<null>>,
) {
  const ref = { organizationId: c.var.organizationId, customerId }
  const outcome = await command(customerObject(c.env, ref), ref)
  return outcome.ok ? answerInvoice(c, id, PAYABLE_STATUSES) : fail(c, outcome.failure)
}
