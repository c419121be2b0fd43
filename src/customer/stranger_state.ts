import type { Statement } from '../db/commit.js'
import { billingEntitiesQuery } from '../resources/billing_entities/store.js'
import { customSectionsQuery } from '../resources/custom_sections/store.js'
import type { NewCustomer } from '../resources/customers/terms.js'
import { loadPlans } from '../resources/plans/load.js'
import { toTax } from '../resources/taxes/serialize.js'
import { entityTaxes } from '../resources/taxes/store.js'
import { billingEntitiesByCode, billingEntityOf } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { CouponPurse } from './coupon_purse.js'
import { CreditAccounts } from './credit_accounts.js'
import { CreditPurse } from './credit_purse.js'
import { assigning } from './customer_taxes.js'
import { chosenEuTax } from './eu_tax.js'
import { InvoiceChain } from './invoice_chain.js'
import type { CustomerState } from './load_customer.js'
import { PaidFees } from './paid_fees.js'
import { ProgressiveBills } from './progressive_bills.js'
import { WalletPurse } from './wallet_purse.js'

/** A customer who is not there yet. */
export interface Stranger {
  readonly state: CustomerState
  /** What gives the customer its taxes. */
  readonly taxes: readonly Statement[]
}

/** The state of a customer who is about to be created, or who only asks, with these plans. Its billing entity has to exist. */
export async function strangerState(
  context: CommandContext,
  row: NewCustomer,
  planIds: readonly string[],
): Promise<Stranger> {
  const { db, ref } = context
  const [entities, taxes] = await db.batch([
    billingEntitiesQuery(db, ref.organizationId),
    entityTaxes(db, ref.organizationId),
  ])
  const billingEntities = billingEntitiesByCode(entities, taxes)
  // Number and slug are the database's to give.
  const customer = { ...row, seq: 0, sequentialId: 0, slug: '' }
  const entity = billingEntityOf({ billingEntities, customer })
  const chosen = await chosenEuTax(context, customer, entity)
  const state: CustomerState = {
    billingEntities,
    customer,
    zone: customer.timezone ?? entity.timezone,
    customerTaxes: chosen === null ? [] : [toTax(chosen.tax)],
    subscriptions: [],
    plans: await loadPlans(db, ref.organizationId, planIds),
    drafts: [],
    draftPeriods: [],
    firstPlanFeeInvoices: new Map(),
    lastPlanFees: new Map(),
    firstStarts: new Map(),
    purse: new CreditPurse([]),
    coupons: new CouponPurse([]),
    wallets: new WalletPurse([], []),
    accounts: new CreditAccounts([], []),
    draftCreditNotes: [],
    draftNoteItems: [],
    draftNoteFees: [],
    due: [],
    dueInvoices: [],
    adjustedFees: [],
    customSections: await customSectionsQuery(db, ref.organizationId),
    advanceStreams: [],
    thresholds: new Map(),
    progressive: new ProgressiveBills([], [], [], new CreditAccounts([], []), (_, chargeId) => chargeId),
    chain: new InvoiceChain(undefined),
    paidFees: new PaidFees([]),
    committedFees: [],
    ownUnits: new Map(),
    fixedFees: [],
    waiting: [],
  }
  return { state, taxes: chosen === null ? [] : [...chosen.made, ...assigning(context, [chosen.tax.id])] }
}
