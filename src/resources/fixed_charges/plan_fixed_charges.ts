import { type Failure, type FieldErrors, invalid, notFound, ok, type Result } from '../../core/result.js'
import type { Database } from '../../db/client.js'
import type { Json } from '../../http/body.js'
import { mergeErrors, validate } from '../../http/validate.js'
import { findAddOns } from '../add_ons/store.js'
import type { AddOnRow } from '../add_ons/table.js'
import { giveCodes } from '../charges/codes.js'
import { idsOf, type References } from '../charges/references.js'
import { buildFixedCharge, changeFixedCharge, type FixedChargeMaking } from './build_fixed_charge.js'
import type { FixedChargeRecord } from './record.js'
import { changedFixedCharge, changedFixedChargeInUse, type FixedChargeInput, newFixedChargeOfPlan } from './schema.js'
import type { DraftedFixedCharge, FixedChargeChanges } from './statements.js'

/** One member of the list of fixed charges that came with a plan. */
export interface ListedFixedCharge {
  /** The one that it changes; undefined for a new one. */
  readonly existing: FixedChargeRecord | undefined
  readonly sent: FixedChargeInput
}

/** The plan that fixed charges are for. */
export interface FixedChargeOwner {
  readonly id: string
  readonly organizationId: string
}

/** Reads a plan's list of fixed charges: members with the id of one of its own change that one, all others are new. */
export function readListedFixedCharges(
  list: readonly Json[],
  existing: readonly FixedChargeRecord[],
  inUse: boolean,
): Result<ListedFixedCharge[]> {
  const byId = new Map(existing.map((record) => [record.charge.id, record]))
  const problems: FieldErrors[] = []
  const read: ListedFixedCharge[] = []
  for (const member of list) {
    const known = typeof member.id === 'string' ? byId.get(member.id) : undefined
    const schema = known === undefined ? newFixedChargeOfPlan : inUse ? changedFixedChargeInUse : changedFixedCharge
    const input = validate<FixedChargeInput>(schema, member)
    if (input.ok) read.push({ existing: known, sent: input.value })
    else problems.push(detailsOf(input.failure))
  }
  const ids = read.flatMap((member) => member.existing?.charge.id ?? [])
  if (new Set(ids).size < ids.length) problems.push({ id: ['value_already_exist'] })
  return problems.length === 0 ? ok(read) : invalid(mergeErrors(...problems))
}

export const taxCodesOfFixed = (list: readonly ListedFixedCharge[]): string[] =>
  list.flatMap(({ sent }) => sent.tax_codes ?? [])

/** What the whole list comes to: the fixed charges that it leaves out are removed. */
export async function planFixedCharges(
  db: Database,
  owner: FixedChargeOwner,
  list: readonly ListedFixedCharge[],
  existing: readonly FixedChargeRecord[],
  references: Pick<References, 'taxIds'>,
  making: FixedChargeMaking,
): Promise<Result<FixedChargeChanges>> {
  const addOns = await addOnsOf(db, owner.organizationId, list)
  if (!addOns.ok) return addOns
  const codes = giveCodes(
    list.map(({ sent, existing: before }, i) => ({
      code: sent.code ?? before?.charge.code,
      metricCode: addOns.value[i]?.code ?? '',
    })),
  )
  if (!codes.ok) return codes
  const drafts = list.map(({ sent, existing: before }, i) => {
    if (before !== undefined) return changeFixedCharge(before, sent, making)
    return newDraft(owner, sent, { code: codes.value[i] ?? '', addOn: addOns.value[i] as AddOnRow }, making)
  })
  const problems = drafts.flatMap((draft) => (draft.ok ? [] : [detailsOf(draft.failure)]))
  if (problems.length > 0) return invalid(mergeErrors(...problems))
  const drafted = drafts.flatMap((draft, i): DraftedFixedCharge[] =>
    draft.ok ? [{ ...draft.value, taxIds: taxIdsOf(list[i]?.sent, references) }] : [],
  )
  const keptIds = new Set(drafted.map(({ row }) => row.id))
  return ok({ drafted, removedIds: existing.map(({ charge }) => charge.id).filter((id) => !keptIds.has(id)) })
}

/** A new fixed charge that a request describes. */
export function newDraft(
  { id: planId, organizationId }: FixedChargeOwner,
  sent: FixedChargeInput,
  { code, addOn }: { readonly code: string; readonly addOn: AddOnRow },
  making: FixedChargeMaking,
) {
  const { charge_model: chargeModel } = sent
  if (chargeModel === undefined) throw new Error('a new fixed charge lacks its model')
  const given = { id: making.newId(), organizationId, planId, addOnId: addOn.id, code, chargeModel }
  return buildFixedCharge(given, sent, making)
}

/** The ids of the taxes that a fixed charge was sent with; undefined when it was sent without a list. */
export const taxIdsOf = (
  sent: Pick<FixedChargeInput, 'tax_codes'> | undefined,
  references: Pick<References, 'taxIds'>,
): string[] | undefined => (sent?.tax_codes === undefined ? undefined : idsOf(references, sent.tax_codes ?? []))

/** The add-on of each, found by id or by code. */
export async function addOnsOf(
  db: Database,
  organizationId: string,
  list: readonly ListedFixedCharge[],
): Promise<Result<AddOnRow[]>> {
  const fresh = list.filter(({ existing }) => existing === undefined)
  if (fresh.some(({ sent }) => !sent.add_on_id && !sent.add_on_code)) return invalid({ add_on: ['value_is_mandatory'] })
  const found = await findAddOns(
    db,
    organizationId,
    fresh.map(({ sent }) => sent.add_on_id ?? ''),
    fresh.map(({ sent }) => sent.add_on_code ?? ''),
  )
  const addOns = list.map(({ existing, sent }) => {
    if (existing !== undefined) return existing.addOn
    return found.find(({ id, code }) => (sent.add_on_id ? id === sent.add_on_id : code === sent.add_on_code))
  })
  return addOns.includes(undefined) ? notFound('add_on') : ok(addOns as AddOnRow[])
}

const detailsOf = (failure: Failure): FieldErrors =>
  failure.kind === 'invalid' ? (failure.details as FieldErrors) : { base: [failure.kind] }
