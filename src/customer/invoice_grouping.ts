import type { BilledPeriod } from './billed_period.js'
import { entityCodeOf } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { newInvoice } from './invoice_statements.js'
import { type CustomerState, planOf } from './load_customer.js'
import { joined, type Prepared } from './prepared.js'

/** Invoices for these periods: one for all that agree in everything that an invoice can have only one of. */
export function invoicesFor(
  context: CommandContext,
  state: CustomerState,
  periods: readonly BilledPeriod[],
  separates: (period: BilledPeriod) => string | null = () => null,
): Prepared {
  const groups = Map.groupBy(periods, (period) => {
    const { currency } = planOf(state, period.subscription)
    const entity = entityCodeOf(state, period.subscription)
    return JSON.stringify([currency, entity, period.subscription.purchaseOrderNumber, separates(period)])
  })
  return joined([...groups.values()].map((together) => newInvoice(context, state, together)))
}
