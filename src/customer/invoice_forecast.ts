import { invalid, ok, type Result } from '../core/result.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { entityCodeOf } from './billing_entity.js'
import type { CommandContext, UsageReader } from './command_context.js'
import type { Foreseen } from './foresight.js'
import { newInvoice } from './invoice_statements.js'
import { type CustomerState, planOf } from './load_customer.js'
import type { PreparedInvoice } from './prepared.js'

/**
 * The state as who asks what will be billed has it: drafts are final by then, so what they hold back can be used, and no new ones are
 * made.
 */
export function forecast(state: CustomerState): CustomerState {
  for (const note of state.draftCreditNotes) state.purse.add(note)
  const lastPlanFees = [...state.lastPlanFees].map(([id, asked]) => {
    const { status } = asked.invoice
    const invoice = { ...asked.invoice, status: status === 'draft' ? ('finalized' as const) : status }
    return [id, { ...asked, invoice }] as const
  })
  return { ...state, lastPlanFees: new Map(lastPlanFees), isForecast: true }
}

/**
 * For windows that end at an instant of the asker's choice: nothing stays behind that events to come would have to be counted in.
 */
export const asking = (usage: UsageReader): UsageReader => ({
  read: (definition, span) => usage.scan(definition, span),
  scan: (definition, span) => usage.scan(definition, span),
  build: () => undefined,
  maxSeq: () => usage.maxSeq(),
})

/** The one invoice of what will be billed of several subscriptions; refused where they cannot be on one. */
export function foreseenInvoice(
  context: CommandContext,
  state: CustomerState,
  foreseen: readonly Foreseen[],
): Result<PreparedInvoice> {
  const periods = foreseen.flatMap((one) => one.periods)
  const rows = periods.map(({ subscription }) => subscription)
  const apart = (of: (row: SubscriptionRow) => string) => new Set(rows.map(of)).size > 1
  if (apart((row) => planOf(state, row).currency)) return refused('subscription_currencies_does_not_match')
  if (apart((row) => entityCodeOf(state, row))) return refused('subscription_billing_entities_do_not_match')
  const [at, ...others] = new Set(foreseen.map((one) => one.at))
  if (at === undefined) throw new Error('an invoice needs something to bill')
  if (others.length > 0) return refused('billing_periods_does_not_match')
  const [invoice] = newInvoice({ ...context, now: at }, state, periods).invoices
  if (invoice === undefined) throw new Error('a new invoice was not told of')
  return ok(invoice)
}

const refused = (code: string): Result<never> => invalid({ base: [code] })
