import { enqueueDueCustomers, runDueCustomer } from './agenda/run_due.js'
import { sealInvoices } from './agenda/seal_invoices.js'
import { app } from './app.js'
import type { DueCustomerMessage, Env } from './env.js'

export { CustomerObject } from './customer/customer_object.js'

export default {
  fetch: app.fetch,

  async scheduled(controller, env) {
    // Some runtimes hand over a Date where a number is documented.
    const now = new Date(controller.scheduledTime).getTime()
    await enqueueDueCustomers(env, now)
    // What was made final since the last run; what this one makes final comes under the next one's seal.
    await sealInvoices(env, now)
  },

  async queue(batch, env) {
    for (const message of batch.messages) {
      try {
        await runDueCustomer(env, message.body)
        message.ack()
      } catch (error) {
        console.error('due work was not reached and will be tried again', message.body, error)
        message.retry()
      }
    }
  },
} satisfies ExportedHandler<Env, DueCustomerMessage>
