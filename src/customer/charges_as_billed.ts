import type { Charge, Plan } from '../core/catalog.js'
import type { ChargeTerms } from '../core/explanation/fee_basis.js'
import { ZERO } from '../core/money/decimal.js'
import type { FeeRow } from '../resources/fees/table.js'
import { creditedItem } from './invoice_credits.js'

/** A charge with the terms that fees of an invoice were priced by, and one of these fees, which keeps how it was called. */
export interface BilledCharge {
  readonly terms: ChargeTerms
  readonly fee: FeeRow | undefined
}

/**
 * The plan as an invoice has billed it, for its usage to be rated again: charges that made fees have the terms of then, whatever
 * became of them. One that had no usage left no terms: it is as it is now, if there was one when the invoice was made.
 * @param billed by id of the charge
 * @param bornAt when a charge was made that others were copied from, by its id; epoch milliseconds
 * @param billedAt when the invoice became final, epoch milliseconds
 */
export function planAsBilled(
  plan: Plan,
  billed: ReadonlyMap<string, BilledCharge>,
  bornAt: ReadonlyMap<string, number>,
  billedAt: number,
): Plan {
  const unused = plan.charges.filter((charge) => {
    const { id, parentId, createdAt } = charge
    const isBilled = billed.has(id) || billed.has(parentId ?? '')
    return !isBilled && (bornAt.get(parentId ?? '') ?? createdAt) <= billedAt
  })
  const known = new Map(plan.charges.map((charge) => [charge.id, charge]))
  const asBilled = [...billed].map(([id, one]) => chargeAsBilled(plan, known.get(id), one))
  return { ...plan, charges: [...asBilled, ...unused] }
}

/** Of what the terms do not tell nothing decides an amount. */
function chargeAsBilled(plan: Plan, now: Charge | undefined, { terms, fee }: BilledCharge): Charge {
  const { metric, ...charge } = now ?? chargeThatIsGone(plan, terms, fee)
  const recurring = terms.metric.recurring ?? false
  return {
    ...{ ...charge, minAmountCents: 0, prorated: false, ...terms },
    payInAdvance: false,
    metric: { ...metric, ...terms.metric, recurring },
  }
}

function chargeThatIsGone(plan: Plan, terms: ChargeTerms, fee: FeeRow | undefined): Charge {
  return {
    minAmountCents: 0,
    ...terms,
    planId: plan.id,
    invoiceDisplayName: fee?.itemInvoiceDisplayName ?? null,
    payInAdvance: false,
    invoiceable: true,
    prorated: false,
    regroupPaidFees: null,
    taxes: fee === undefined ? [] : creditedItem(fee, ZERO).fee.taxes,
    metric: {
      ...terms.metric,
      name: fee?.itemName ?? terms.metric.code,
      description: fee?.itemDescription ?? null,
      recurring: false,
      expression: null,
    },
  }
}
