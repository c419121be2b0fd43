import type { Tax } from '../../core/catalog.js'
import { addOnFee, staysExact } from '../../core/invoicing/add_on_fee.js'
import type { CustomSectionChoice } from '../../core/invoicing/custom_sections.js'
import type { AddOnFeeDraft } from '../../core/invoicing/fee.js'
import { taxesOfFee } from '../../core/invoicing/taxes.js'
import { Decimal } from '../../core/money/decimal.js'
import { invalid, notFound, ok, type Result } from '../../core/result.js'
import { addOnsByCode } from '../../resources/add_ons/store.js'
import type { AddOnRow } from '../../resources/add_ons/table.js'
import { choiceColumns, type SentChoice } from '../../resources/custom_sections/terms.js'
import { updateCustomerRow } from '../../resources/customers/store.js'
import type { OneOffFeeInput, OneOffInput } from '../../resources/invoices/terms.js'
import { toTax } from '../../resources/taxes/serialize.js'
import { assignedTaxes, findTaxes } from '../../resources/taxes/store.js'
import { billingEntityOf } from '../billing_entity.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { instantInvoice } from '../instant_invoice.js'
import { type CustomerState, loadCustomer } from '../load_customer.js'
import { joined, prepared } from '../prepared.js'
import { billDue } from './bill_due.js'
import { mustCarryOut } from './run.js'

/**
 * Bills add-ons at once (invoicing rules, section 10): no grace period, no coupons, no credits. What is due before is billed
 * first, under an earlier number. Gives the id of the invoice.
 */
export async function issueOneOff(context: CommandContext, input: OneOffInput): CommandResult<string> {
  await billDue(context)
  const { db, ref, now } = context
  const state = await loadCustomer(db, ref, now)
  if (state === undefined || state.customer.deletedAt !== null) return notFound('customer')
  const { customer } = state
  const currency = input.currency ?? customer.currency
  if (currency === null) return invalid({ currency: ['value_is_mandatory'] })
  const entityCode = input.billing_entity_code ?? customer.billingEntityCode
  if (!state.billingEntities.has(entityCode)) return notFound('billing_entity')
  if (input.fees.length === 0) return notFound('fees')
  const catalog = await readCatalog(context, input.fees)
  if (!catalog.ok) return catalog
  const fees = input.fees.map((fee) => feeOf(fee, catalog.value, state, { currency, entityCode }))
  if (!staysExact(fees)) return invalid({ fees: ['value_is_out_of_range'] })
  const invoice = instantInvoice(context, state, {
    fees,
    currency,
    billingEntityCode: entityCode,
    purchaseOrderNumber: input.purchase_order_number ?? null,
    billingAt: now,
    datedAt: now,
    sections: input.invoice_custom_section == null ? [] : [chosen(input.invoice_custom_section)],
    spendsCredits: false,
    subscriptions: [],
    periods: () => [],
    columns: { invoiceType: 'one_off', usageThroughSeq: null },
  })
  const takesCurrency = customer.currency === null
  const named = updateCustomerRow(db, ref.organizationId, customer.id, { currency, updatedAt: now })
  const firstCurrency = takesCurrency ? [named] : []
  await mustCarryOut(context, joined([invoice.prepared, prepared({ statements: firstCurrency })]))
  return ok(invoice.id)
}

function chosen(sent: SentChoice): CustomSectionChoice {
  const { skipsCustomSections = false, customSectionCodes = [] } = choiceColumns(sent)
  return { skipsCustomSections, customSectionCodes }
}

interface Catalog {
  readonly addOns: ReadonlyMap<string, AddOnRow>
  /** Of add-ons, by their ids. */
  readonly ownTaxes: ReadonlyMap<string, readonly Tax[]>
  readonly namedTaxes: ReadonlyMap<string, Tax>
}

async function readCatalog(
  { db, ref: { organizationId } }: CommandContext,
  fees: readonly OneOffFeeInput[],
): Promise<Result<Catalog>> {
  const codes = [...new Set(fees.map((fee) => fee.add_on_code))]
  const rows = await addOnsByCode(db, organizationId, codes)
  if (rows.length < codes.length) return notFound('add_on')
  const [assigned, named] = await Promise.all([
    assignedTaxes(
      db,
      organizationId,
      rows.map(({ id }) => id),
    ),
    findTaxes(
      db,
      organizationId,
      fees.flatMap((fee) => fee.tax_codes ?? []),
    ),
  ])
  if (named === undefined) return notFound('tax')
  const byOwner = Map.groupBy(assigned, ({ ownerId }) => ownerId)
  return ok({
    addOns: new Map(rows.map((row) => [row.code, row])),
    ownTaxes: new Map([...byOwner].map(([id, taxes]) => [id, taxes.map(({ tax }) => toTax(tax))])),
    namedTaxes: new Map(named.map((tax) => [tax.code, toTax(tax)])),
  })
}

function feeOf(
  input: OneOffFeeInput,
  { addOns, ownTaxes, namedTaxes }: Catalog,
  state: CustomerState,
  { currency, entityCode }: { readonly currency: string; readonly entityCode: string },
): AddOnFeeDraft {
  const addOn = addOns.get(input.add_on_code)
  if (addOn === undefined) throw new Error(`add-on ${input.add_on_code} was not read`)
  const { from_datetime: fromAt, to_datetime: toAt } = input
  const named = [...new Set(input.tax_codes ?? [])].flatMap((code) => namedTaxes.get(code) ?? [])
  return addOnFee({
    addOn,
    currency,
    units: new Decimal(input.units ?? 1),
    unitAmountCents: input.unit_amount_cents ?? addOn.amountCents,
    description: input.description ?? null,
    invoiceDisplayName: input.invoice_display_name ?? null,
    stretch: fromAt == null || toAt == null ? null : { fromAt, toAt },
    taxes: taxesOfFee([
      named,
      ownTaxes.get(addOn.id) ?? [],
      state.customerTaxes,
      billingEntityOf(state, entityCode).taxes,
    ]),
  })
}
