import { type Failure, type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import type { Json } from '../../http/body.js'
import { mergeErrors, validate } from '../../http/validate.js'
import { buildCharge, changeCharge } from './build_charge.js'
import { giveCodes } from './codes.js'
import type { ChargeRecord } from './record.js'
import { idsOf, type References } from './references.js'
import { type ChargeInput, changedCharge, changedChargeInUse, newChargeOfPlan } from './schema.js'
import type { NewChargeRow } from './store.js'

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

/** What a list of charges comes to. */
export interface ChargeChanges {
  readonly added: readonly NewChargeRow[]
  readonly changed: readonly NewChargeRow[]
  /** Ids of changed charges that get another code. */
  readonly recodedIds: readonly string[]
  readonly removedIds: readonly string[]
  /** Ids of taxes by id of the charge, of those charges that were sent with taxes. */
  readonly taxIds: ReadonlyMap<string, readonly string[]>
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
    if (input.ok) read.push({ existing: known, sent: input.value })
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

  const rows = members.map(({ existing: known, sent, metric }, index) => {
    if (known !== undefined) return changeCharge(known.charge, sent, metric, now)
    const { charge_model: chargeModel } = sent
    const code = codes.value[index]
    if (chargeModel === undefined || code === undefined) throw new Error('a new charge lacks its model or code')
    const { organizationId, id: planId } = owner
    return buildCharge({ id: newId(), organizationId, planId, code, chargeModel, now }, sent, metric)
  })
  const problems = rows.flatMap((row) => (row.ok ? [] : [detailsOf(row.failure)]))
  if (problems.length > 0) return invalid(mergeErrors(...problems))
  const sound = rows.flatMap((row) => (row.ok ? [row.value] : []))
  return ok(changesOf(members, sound, existing, references))
}

function changesOf(
  members: readonly ListedCharge[],
  rows: readonly NewChargeRow[],
  existing: readonly ChargeRecord[],
  references: References,
): ChargeChanges {
  const codes = new Map(existing.map(({ charge }) => [charge.id, charge.code]))
  const changed = rows.filter((row) => codes.has(row.id))
  const keptIds = new Set(changed.map((row) => row.id))
  const taxIds = rows.flatMap((row, index): [string, string[]][] => {
    const taxCodes = members[index]?.sent.tax_codes
    return taxCodes === undefined ? [] : [[row.id, idsOf(references, taxCodes ?? [])]]
  })
  return {
    added: rows.filter((row) => !codes.has(row.id)),
    changed,
    recodedIds: changed.filter((row) => row.code !== codes.get(row.id)).map((row) => row.id),
    removedIds: [...codes.keys()].filter((id) => !keptIds.has(id)),
    taxIds: new Map(taxIds),
  }
}

function metricOf({ existing, sent }: ListedCharge, { metrics }: References) {
  const metric = metrics.get(sent.billable_metric_id ?? '') ?? existing?.metric
  if (metric === undefined) throw new Error('a charge was read without its metric')
  return metric
}

const detailsOf = (failure: Failure): FieldErrors =>
  failure.kind === 'invalid' ? (failure.details as FieldErrors) : { base: [failure.kind] }
