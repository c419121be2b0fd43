import { parseChargeProperties } from '../../core/rating/charge_properties.js'
import { chargeModelOf } from '../../core/rating/registry.js'
import { failed, invalid, notFound, ok, type Result } from '../../core/result.js'
import { MAX_FILTER_TEXT_PER_PLAN, MAX_FILTERS_PER_CHARGE } from '../../limits.js'
import { filterText, TOO_LONG } from '../charge_filters/bounds.js'
import { filterCheck, identityOf } from '../charge_filters/read_filters.js'
import type { ChangedFilterInput, FilterInput } from '../charge_filters/schema.js'
import type { NewFilterRow } from '../charge_filters/store.js'
import type { ChargeFilterRow } from '../charge_filters/table.js'
import { changeCharge } from '../charges/build_charge.js'
import { lastingPart } from '../charges/plan_charges.js'
import type { ChargeRecord } from '../charges/record.js'
import { commitmentRefused } from '../minimum_commitments/terms.js'
import { changePlan } from '../plans/build_plan.js'
import type { PlanRecord } from '../plans/load.js'
import type { TaxRow } from '../taxes/table.js'
import { withFixedCharges } from './edit_fixed_charges.js'
import type { ChargeOverride, PlanOverrides } from './schema.js'
import type { PlanEdit } from './terms.js'

/** The plan that is to be edited. */
export interface EditedPlan {
  /** As it was read: the subscription's own, or the one that it shares with others. */
  readonly listed: PlanRecord
  /** The subscription's own, with its parts in the same order: the same, or a fresh copy. */
  readonly own: PlanRecord
}

export interface EditContext {
  /** By code: those that the edit names. */
  readonly taxes: ReadonlyMap<string, TaxRow>
  /** Of what the edit decides of units. */
  readonly batchId: string
  readonly now: number
  readonly newId: () => string
}

/** A subscription's own plan after an edit. What the edit did not touch are the very same objects. */
export interface PlanAfter {
  readonly record: PlanRecord
  /** The id of the filter that the edit was about, null when it was about none. */
  readonly filterId: string | null
}

/** The plan as the edit leaves it. */
export function editPlan(plan: EditedPlan, edit: PlanEdit, context: EditContext): Result<PlanAfter> {
  const after = edited(plan, edit, context)
  if (!after.ok) return after
  const { charges } = after.value.record
  const isTouched = charges.some((record, i) => record.filters !== plan.own.charges[i]?.filters)
  const text = charges.reduce((sum, { filters }) => sum + filterText(filters), 0)
  return isTouched && text > MAX_FILTER_TEXT_PER_PLAN ? failed(TOO_LONG) : after
}

function edited(plan: EditedPlan, edit: PlanEdit, context: EditContext): Result<PlanAfter> {
  if (edit.kind === 'terms') return withTerms(plan, edit.sent, context)
  if (edit.kind !== 'fixed_charge') return withCharge(plan, edit, context)
  const { own, listed } = plan
  const id = listed.fixedCharges.find(({ charge }) => charge.code === edit.code)?.charge.id
  if (id === undefined) return notFound('fixed_charge')
  const fixedCharges = withFixedCharges(plan, [{ ...edit.sent, id }], context)
  return fixedCharges.ok ? ok({ record: { ...own, fixedCharges: fixedCharges.value }, filterId: null }) : fixedCharges
}

/** Trial and currency are settled with the copy; later on they are passed over, as those of any plan in use. */
function withTerms({ listed, own }: EditedPlan, sent: PlanOverrides, context: EditContext): Result<PlanAfter> {
  const {
    charges: list,
    fixed_charges: fixedList,
    tax_codes: taxCodes,
    amount_currency,
    trial_period,
    ...lasting
  } = sent
  const isFresh = own !== listed
  const terms = isFresh ? { ...lasting, amount_currency, trial_period } : lasting
  const charges = [...own.charges]
  const edited = new Set<number>()
  for (const { id, ...override } of list ?? []) {
    const at = listed.charges.findIndex(({ charge }) => charge.id === id || charge.parentId === id)
    const record = charges[at]
    if (record === undefined) return notFound('charge')
    if (edited.has(at)) return invalid({ id: ['value_already_exist'] })
    edited.add(at)
    const changed = changedRecord(record, override, context)
    if (!changed.ok) return changed
    charges[at] = changed.value
  }
  const fixedCharges = withFixedCharges({ listed, own }, fixedList ?? [], context)
  if (!fixedCharges.ok) return fixedCharges
  const { seq: _, ...row } = own.plan
  const refused = commitmentRefused(row.minimumCommitment, sent.minimum_commitment)
  if (refused !== null) return refused
  const commitmentCodes = sent.minimum_commitment?.tax_codes
  return ok({
    record: {
      plan: { ...changePlan(row, terms, context), seq: own.plan.seq },
      charges,
      fixedCharges: fixedCharges.value,
      taxes: taxCodes === undefined ? own.taxes : taxesOf(context, taxCodes ?? []),
      commitmentTaxes: commitmentCodes === undefined ? own.commitmentTaxes : taxesOf(context, commitmentCodes ?? []),
    },
    filterId: null,
  })
}

function withCharge(
  { listed, own }: EditedPlan,
  edit: Exclude<PlanEdit, { kind: 'terms' | 'fixed_charge' }>,
  context: EditContext,
): Result<PlanAfter> {
  const at = listed.charges.findIndex(({ charge }) => charge.code === edit.chargeCode)
  const [shown, record] = [listed.charges[at], own.charges[at]]
  if (shown === undefined || record === undefined) return notFound('charge')
  const put = (changed: ChargeRecord, filterId: string | null) =>
    ok({ record: { ...own, charges: own.charges.with(at, changed) }, filterId })
  if (edit.kind === 'charge') {
    const changed = changedRecord(record, edit.sent, context)
    return changed.ok ? put(changed.value, null) : changed
  }
  if (edit.kind === 'new_filter') {
    const filter = newFilter(record, edit.sent, context)
    if (!filter.ok) return filter
    return put({ ...record, filters: [...record.filters, filter.value] }, filter.value.id)
  }
  const place = shown.filters.findIndex(({ id }) => id === edit.filterId)
  const filter = record.filters[place]
  if (filter === undefined) return notFound('charge_filter')
  if (edit.kind === 'no_filter') return put({ ...record, filters: record.filters.toSpliced(place, 1) }, filter.id)
  const changed = changedFilter(record, filter, edit.sent, context)
  return changed.ok ? put({ ...record, filters: record.filters.with(place, changed.value) }, filter.id) : changed
}

function changedRecord(record: ChargeRecord, sent: ChargeOverride, context: EditContext): Result<ChargeRecord> {
  const { charge, metric } = record
  const { seq: _, ...row } = charge
  const input = lastingPart(sent, record)
  const draft = changeCharge({ charge: row, filters: record.filters }, input, {
    ...context,
    metric,
    references: { pricingUnits: new Map() },
  })
  if (!draft.ok) return draft
  return ok({
    ...record,
    charge: { ...draft.value.row, seq: charge.seq },
    filters: draft.value.filters?.map(unordered) ?? record.filters,
    taxes: sent.tax_codes === undefined ? record.taxes : taxesOf(context, sent.tax_codes ?? []),
  })
}

/** Unlike a plan's, a subscription's charge has no two filters with the same values: nobody could tell which one prices. */
function newFilter(
  { charge, metric, filters }: ChargeRecord,
  { values, properties, invoice_display_name: invoiceDisplayName = null }: FilterInput,
  { now, newId }: EditContext,
): Result<ChargeFilterRow> {
  const parsed = filterCheck(chargeModelOf(charge.chargeModel), metric.filters)(values, properties)
  if (!parsed.ok) return parsed
  const identity = identityOf(values)
  if (filters.some((other) => identityOf(other.values) === identity)) {
    return invalid({ values: ['value_already_exists'] })
  }
  if (filters.length >= MAX_FILTERS_PER_CHARGE) return invalid({ filters: ['invalid_count'] })
  const life = { createdAt: now, updatedAt: now, deletedAt: null }
  const position = (filters.at(-1)?.position ?? -1) + 1
  const owner = { id: newId(), organizationId: charge.organizationId, chargeId: charge.id }
  return ok(unordered({ ...owner, ...life, position, values, properties: parsed.value, invoiceDisplayName }))
}

function changedFilter(
  { charge }: ChargeRecord,
  filter: ChargeFilterRow,
  sent: ChangedFilterInput,
  { now }: EditContext,
): Result<ChargeFilterRow> {
  const {
    properties: wanted = filter.properties,
    invoice_display_name: invoiceDisplayName = filter.invoiceDisplayName,
  } = sent
  const parsed = parseChargeProperties(chargeModelOf(charge.chargeModel), wanted, 'filter')
  if (!parsed.ok) return invalid({ properties: [...parsed.codes] })
  return ok({ ...filter, properties: parsed.properties, invoiceDisplayName, updatedAt: now })
}

export const taxesOf = ({ taxes }: EditContext, codes: readonly string[]): TaxRow[] =>
  [...new Set(codes)].flatMap((code) => taxes.get(code) ?? []).sort((a, b) => a.seq - b.seq)

/** The order of rows is the database's to give. */
const unordered = (row: NewFilterRow): ChargeFilterRow => ({ ...row, seq: 0 })
