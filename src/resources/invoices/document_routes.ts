import type { Context } from 'hono'
import { VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import type { Failure } from '../../core/result.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { NO_INVOICE } from './answer.js'
import { invoiceOwner } from './store.js'

const INVALID_STATUS: Failure = { kind: 'not_allowed', code: 'invalid_status' }
const NO_PROVIDER: Failure = { kind: 'invalid', details: { base: ['no_linked_payment_provider'] } }

/** What is asked of an invoice for which a file, a payment provider or a tax service would be needed. */
export const invoiceDocumentRoutes = router()
  // While there is no file, the answer is empty. A draft never has one.
  .post('/:id/download', async (c) => {
    const found = await invoice(c)
    return found === undefined || found.status === 'draft' ? fail(c, NO_INVOICE) : c.body(null, 200)
  })
  // Only what has failed can be tried again, and taxes are always known.
  .post('/:id/retry', async (c) => fail(c, (await invoice(c)) === undefined ? NO_INVOICE : INVALID_STATUS))
  .post('/:id/payment_url', async (c) => fail(c, (await invoice(c)) === undefined ? NO_INVOICE : NO_PROVIDER))

const invoice = (c: Context<AppEnv>) =>
  invoiceOwner(c.var.db, c.var.organizationId, c.req.param('id') ?? '', VISIBLE_STATUSES)
