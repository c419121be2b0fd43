import { type Failure, type FieldErrors, failed, invalid, ok, type Result } from '../../core/result.js'
import type { Json } from '../../http/body.js'
import { mergeErrors, validate } from '../../http/validate.js'
import { TOO_LONG } from '../charge_filters/bounds.js'
import { buildCharge, changeCharge } from './build_charge.js'
import { allFiltersFit, type ChargeChanges, changesOf, type DraftedCharge } from './changes.js'
import { giveCodes } from './codes.js'
import { rateOnly } from './pricing_unit.js'
import type { ChargeRecord } from './record.js'
import { idsOf, type References } from './references.js'
import { type ChargeInput, changedCharge, changedChargeInUse, newChargeOfPlan } from './schema.js'

/** One member of the list of charges that came with a plan. */
export interface ListedCharge {
  /** The charge that it changes; undefined for a new one. */
  readonly existing: ChargeRecord | undefined
  readonly sent: ChargeInput
}

/** The plan that the list is for. */
export interface ListOwner {
  readonly id: string
  readonly organizationId: string
}

/**
 * Reads a plan's list of charges: members with the id of one of its charges change that one, all others are new.
 * @param inUse whether somebody is or was subscribed to the plan: then its charges keep what they are, and take only
 *   prices and texts
 */
export function readListedCharges(
  list: readonly Json[],
  existing: readonly ChargeRecord[],
  inUse: boolean,
): Result<ListedCharge[]> {
  const byId = new Map(existing.map((record) => [record.charge.id, record]))
  const problems: FieldErrors[] = []
  const read: ListedCharge[] = []
  for (const member of list) {
    const known = typeof member.id === 'string' ? byId.get(member.id) : undefined
    const input = validate(known === undefined ? newChargeOfPlan : inUse ? changedChargeInUse : changedCharge, member)
    if (input.ok) read.push({ existing: known, sent: known && inUse ? lastingPart(input.value, known) : input.value })
    else problems.push(detailsOf(input.failure))
  }
  const ids = read.flatMap((member) => member.existing?.charge.id ?? [])
  if (new Set(ids).size < ids.length) problems.push({ id: ['value_already_exist'] })
  return problems.length === 0 ? ok(read) : invalid(mergeErrors(...problems))
}

/** The metrics that have to be found; undefined for a new charge that names none. */
export function metricIdsOf(list: readonly ListedCharge[]): (string | undefined)[] {
  return list.flatMap(({ existing, sent }) => {
    const named = sent.billable_metric_id ?? undefined
    return existing !== undefined && named === undefined ? [] : [named]
  })
}

export const pricingUnitCodesOf = (list: readonly ListedCharge[]): string[] =>
  list.flatMap(({ sent }) => sent.applied_pricing_unit?.code ?? [])

export const taxCodesOf = (list: readonly ListedCharge[]): string[] => list.flatMap(({ sent }) => sent.tax_codes ?? [])

/** What the whole list of a plan's charges comes to: the charges that it leaves out are removed. */
export function planCharges(
  owner: ListOwner,
  list: readonly ListedCharge[],
  existing: readonly ChargeRecord[],
  references: References,
  { now, newId }: { now: number; newId: () => string },
): Result<ChargeChanges> {
  const members = list.map((member) => ({ ...member, metric: metricOf(member, references) }))
  const codes = giveCodes(
    members.map((member) => ({
      code: member.sent.code ?? member.existing?.charge.code,
      metricCode: member.metric.code,
    })),
  )
  if (!codes.ok) return codes

  const drafts = members.map(({ existing: before, sent, metric }, index) => {
    const context = { metric, references, now, newId }
    if (before !== undefined) return changeCharge(before, sent, context)
    const { charge_model: chargeModel } = sent
    const code = codes.value[index]
    if (chargeModel === undefined || code === undefined) throw new Error('a new charge lacks its model or code')
    const { organizationId, id: planId } = owner
    return buildCharge({ id: newId(), organizationId, planId, code, chargeModel }, sent, context)
  })
  const problems = drafts.flatMap((draft) => (draft.ok ? [] : [detailsOf(draft.failure)]))
  if (problems.length > 0) return invalid(mergeErrors(...problems))
  const drafted = drafts.flatMap((draft, index): DraftedCharge[] => {
    const { existing: before, sent } = members[index] ?? {}
    return draft.ok ? [{ draft: draft.value, existing: before, taxIds: taxIdsOf(sent, references) }] : []
  })
  if (!allFiltersFit(drafted)) return failed(TOO_LONG)
  const keptIds = new Set(drafted.map(({ draft }) => draft.row.id))
  const removedIds = existing.map(({ charge }) => charge.id).filter((id) => !keptIds.has(id))
  return ok(changesOf(drafted, removedIds))
}

/** The ids of the taxes that a charge was sent with; undefined when it was sent without a list. */
export function taxIdsOf(sent: Pick<ChargeInput, 'tax_codes'> | undefined, references: References) {
  return sent?.tax_codes === undefined ? undefined : idsOf(references, sent.tax_codes ?? [])
}

/** Of what was read of a charge in use, the part that it takes. */
export function lastingPart(sent: ChargeInput, record: ChargeRecord): ChargeInput {
  return { ...sent, applied_pricing_unit: rateOnly(sent.applied_pricing_unit, record) }
}

function metricOf({ existing, sent }: ListedCharge, { metrics }: References) {
  const metric = metrics.get(sent.billable_metric_id ?? '') ?? existing?.metric
  if (metric === undefined) throw new Error('a charge was read without its metric')
  return metric
}

const detailsOf = (failure: Failure): FieldErrors =>
  failure.kind === 'invalid' ? (failure.details as FieldErrors) : { base: [failure.kind] }
