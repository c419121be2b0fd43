import type { Context } from 'hono'
import { isRetryable } from '../../core/invoicing/settlement.js'
import { VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import type { Failure } from '../../core/result.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { findBillingEntity } from '../billing_entities/store.js'
import { NO_INVOICE } from './answer.js'
import { invoiceOwner } from './store.js'

const INVALID_STATUS: Failure = { kind: 'not_allowed', code: 'invalid_status' }
const NOT_FINALIZED: Failure = { kind: 'not_allowed', code: 'invoice_not_finalized' }
const NO_EMAILS: Failure = { kind: 'not_allowed', code: 'email_settings_disabled' }
const NO_PROVIDER: Failure = { kind: 'invalid', details: { base: ['no_linked_payment_provider'] } }
const NO_POST: Failure = { kind: 'invalid', details: { base: ['feature_unavailable'] } }

/** What is asked of an invoice for which a file, a mail, a payment provider or a tax service would be needed. */
export const invoiceDocumentRoutes = router()
  .post('/:id/download', answerFile)
  .post('/:id/download_pdf', answerFile)
  .post('/:id/download_xml', answerFile)
  .post('/:id/resend_email', async (c) => {
    const found = await invoice(c)
    if (found === undefined) return fail(c, NO_INVOICE)
    if (found.status !== 'finalized') return fail(c, NOT_FINALIZED)
    const entity = await findBillingEntity(c.var.db, c.var.organizationId, found.billingEntityCode)
    const sendsInvoices = entity?.emailSettings.includes('invoice.finalized') ?? false
    // No mail leaves the service: better said than answered as if it were on its way.
    return fail(c, sendsInvoices ? NO_POST : NO_EMAILS)
  })
  // Only what has failed can be tried again, and taxes are always known.
  .post('/:id/retry', async (c) => fail(c, (await invoice(c)) === undefined ? NO_INVOICE : INVALID_STATUS))
  // Without a provider there is nobody to ask again: the answer is that of a retry that is under way, empty.
  .post('/:id/retry_payment', async (c) => {
    const found = await invoice(c)
    if (found === undefined) return fail(c, NO_INVOICE)
    return isRetryable(found) ? c.body(null, 200) : fail(c, INVALID_STATUS)
  })
  .post('/:id/payment_url', async (c) => fail(c, (await invoice(c)) === undefined ? NO_INVOICE : NO_PROVIDER))

/** While there is no file, the answer is empty. A draft never has one. */
async function answerFile(c: Context<AppEnv>) {
  const found = await invoice(c)
  return found === undefined || found.status === 'draft' ? fail(c, NO_INVOICE) : c.body(null, 200)
}

const invoice = (c: Context<AppEnv>) =>
  invoiceOwner(c.var.db, c.var.organizationId, c.req.param('id') ?? '', VISIBLE_STATUSES)
