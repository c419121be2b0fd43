import { schedule } from '../../agenda/store.js'
import { failed, invalid, notFound, ok } from '../../core/result.js'
import { startDecision } from '../../core/subscription/lifecycle.js'
import type { Statement } from '../../db/commit.js'
import { findBillingEntity } from '../../resources/billing_entities/store.js'
import { NO_SECTIONS, sectionsOf } from '../../resources/custom_sections/terms.js'
import { insertCustomer, updateCustomerRow } from '../../resources/customers/store.js'
import { newCustomerRow } from '../../resources/customers/terms.js'
import { endIfPlanIsGone } from '../../resources/plan_subscribers/store.js'
import { findPlan } from '../../resources/plans/store.js'
import {
  activeElsewhere,
  billedPredecessors,
  insertSubscription,
  predecessors,
  updateSubscriptionRow,
} from '../../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import {
  NO_THRESHOLDS,
  newSubscriptionRow,
  type SubscriptionInput,
  thresholdsAfter,
} from '../../resources/subscriptions/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { endingRefusal } from '../ending.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'
import { type TargetPlan, targetPlan, unitsRows, unitsStatements, withPlan } from '../own_plan.js'
import { joined, type Prepared, prepared } from '../prepared.js'
import { strangerState } from '../stranger_state.js'
import { activation, rescheduled } from '../subscription_agenda.js'
import { startInvoiced } from '../subscription_start.js'
import { changePlan } from './change_plan.js'
import { carryOut, mustCarryOut } from './run.js'

const TAKEN = failed({ kind: 'taken', field: 'external_customer_id' })

/**
 * `POST /subscriptions` (plan change rules, section 1): starts a subscription, or answers the one that runs under this
 * external id on this plan. A customer who is not there yet is created in the same commit. Gives the subscription's id.
 */
export async function startSubscription(context: CommandContext, input: SubscriptionInput): CommandResult<string> {
  const { db, ref, now } = context
  const found = await findPlan(db, ref.organizationId, input.plan_code)
  if (found === undefined) return notFound('plan')
  if (await namesUnknownEntity(context, input)) return notFound('billing_entity')
  const target = await targetPlan(context, found.plan.id, input.plan_overrides)
  if (!target.ok) return target
  const [loaded, [past, billed, elsewhere]] = await Promise.all([
    loadCustomer(db, ref, now, [found.plan.id]),
    db.batch([
      predecessors(db, ref.organizationId, ref.customerId, input.external_id),
      billedPredecessors(db, ref.organizationId, ref.customerId, input.external_id),
      activeElsewhere(db, ref.organizationId, ref.customerId, input.external_id),
    ]),
  ])
  context.wallets.heed(loaded !== undefined && loaded.wallets.accounts.length > 0)
  // Deleted in the same moment: the external id is free again, and whoever asked looks again whose it is.
  if (loaded !== undefined && loaded.customer.deletedAt !== null) return TAKEN
  const known =
    loaded === undefined
      ? await strangerState(context, stranger(context, input), [found.plan.id])
      : { state: loaded, taxes: [] }
  const state = withPlan(known.state, target.value.own)
  const current = state.subscriptions.find((row) => row.externalId === input.external_id && isCurrent(row))
  if (current !== undefined && current.planId === found.plan.id) return samePlan(context, current, input)
  if (current === undefined && elsewhere.length > 0) return invalid({ external_id: ['value_already_exist'] })
  const startsAt = current?.subscriptionAt ?? input.subscription_at ?? now
  const refusal = endingRefusal(input.ending_at ?? null, startsAt, now)
  if (refusal !== null) return refusal
  if (current !== undefined) return replan(context, state, current, input, target.value)

  const { planId, own } = target.value
  const { currency } = planOf(state, { planId })
  const created = newSubscription(context, state, input, target.value, past[0], billed[0])
  const customer =
    loaded === undefined
      ? [insertCustomer(db, { ...stranger(context, input), currency }), ...known.taxes]
      : currencyOf(context, state, currency)
  const before = prepared({ statements: [...customer, ...(own?.statements ?? [])] })
  const outcome = await carryOut(context, joined([before, created.prepared]))
  if (outcome.committed) return ok(created.id)
  return outcome.conflict.startsWith('customers.') ? TAKEN : invalid({ external_id: ['value_already_exist'] })
}

/** The same plan again changes nothing of the terms: only thresholds and custom sections are applied. */
async function samePlan(
  context: CommandContext,
  current: SubscriptionRow,
  input: SubscriptionInput,
): CommandResult<string> {
  const { usage_thresholds, invoice_custom_section } = input
  if (usage_thresholds === undefined && invoice_custom_section === undefined) return ok(current.id)
  const changes = {
    ...thresholdsAfter(current, { usage_thresholds }, context),
    ...sectionsOf(current, invoice_custom_section),
    updatedAt: context.now,
  }
  const update = updateSubscriptionRow(context.db, current.organizationId, current.id, changes)
  await mustCarryOut(context, prepared({ statements: [update] }))
  return ok(current.id)
}

/** The one that a request for this external id is about: what is to follow a running one is not. */
const isCurrent = (row: SubscriptionRow): boolean =>
  row.status === 'active' || (row.status === 'pending' && row.previousSubscriptionId === null)

/** Another plan for a subscription that is there. One that has not started yet is simply put on it. */
async function replan(
  context: CommandContext,
  state: CustomerState,
  current: SubscriptionRow,
  input: SubscriptionInput,
  target: TargetPlan,
): CommandResult<string> {
  if (current.status === 'active') return changePlan(context, current.id, target, input)
  const { db, now } = context
  const { planId, own } = target
  const units = unitsRows(context, target, current.id)
  const changes = { planId, name: input.name === undefined ? current.name : input.name, updatedAt: now }
  const work = joined([
    prepared({
      statements: [
        ...(own?.statements ?? []),
        ...unitsStatements(context, units),
        updateSubscriptionRow(db, current.organizationId, current.id, changes),
        endIfPlanIsGone(db, current, now),
      ],
    }),
    rescheduled(context, state, { ...current, ...changes }),
  ])
  await mustCarryOut(context, work)
  return ok(current.id)
}

function newSubscription(
  context: CommandContext,
  state: CustomerState,
  input: SubscriptionInput,
  target: TargetPlan,
  last: SubscriptionRow | undefined,
  lastBilled: SubscriptionRow | undefined,
): { id: string; prepared: Prepared } {
  const { db, now, ref, usage } = context
  const subscriptionAt = input.subscription_at ?? now
  const decision = startDecision(subscriptionAt, now, state.zone, lastBilled?.terminatedAt ?? null)
  const startedAt = decision.kind === 'pending' ? null : decision.startedAt
  const predecessor = [last, lastBilled].find((row) => row !== undefined && row.terminatedAt === startedAt)
  const arrived = predecessor === undefined ? null : usage.maxSeq()
  const status: SubscriptionRow['status'] = decision.kind === 'pending' ? 'pending' : 'active'
  const billingTime = input.billing_time ?? 'calendar'
  const own = { id: context.newId(), ...ref, planId: target.planId, externalId: input.external_id }
  const units = unitsRows(context, target, own.id)
  const row: Omit<SubscriptionRow, 'seq'> = {
    ...newSubscriptionRow({ ...own, status, billingTime, subscriptionAt, startedAt }, now),
    billingEntityCode: input.billing_entity_code ?? null,
    name: input.name ?? null,
    ...sectionsOf(NO_SECTIONS, input.invoice_custom_section),
    ...thresholdsAfter(NO_THRESHOLDS, input, context),
    endingAt: input.ending_at ?? null,
    consolidateInvoice: input.consolidate_invoice ?? true,
    purchaseOrderNumber: input.purchase_order_number ?? null,
    startedAfterSeq: arrived,
  }
  // The order of rows is the database's to give.
  const whole: SubscriptionRow = { ...row, seq: 0 }
  const life =
    decision.kind === 'pending'
      ? { row: whole, prepared: pendingStart(context, state, whole) }
      : startInvoiced(context, withPlan(state, null, units), whole, { bills: decision.bills === 'at_once' })
  const { seq: _, ...inserted } = life.row
  const handedOver: Statement[] =
    predecessor !== undefined && arrived !== null
      ? [updateSubscriptionRow(db, ref.organizationId, predecessor.id, { endedAfterSeq: arrived })]
      : []
  return {
    id: row.id,
    prepared: joined([
      prepared({
        statements: [
          insertSubscription(db, inserted),
          ...unitsStatements(context, units),
          endIfPlanIsGone(db, inserted, now),
          ...handedOver,
        ],
      }),
      life.prepared,
    ]),
  }
}

function pendingStart({ db }: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const scheduled = [activation(state, row)]
  return prepared({ scheduled, statements: scheduled.map((item) => schedule(db, item)) })
}

function stranger({ ref, now }: CommandContext, input: SubscriptionInput) {
  const { organizationId, customerId: id } = ref
  return newCustomerRow({ id, organizationId, externalId: input.external_customer_id, now })
}

/** A customer without a currency takes that of the first thing billed. */
function currencyOf({ db, ref }: CommandContext, { customer }: CustomerState, currency: string): Statement[] {
  return customer.currency === null ? [updateCustomerRow(db, ref.organizationId, ref.customerId, { currency })] : []
}

async function namesUnknownEntity({ db, ref }: CommandContext, input: SubscriptionInput): Promise<boolean> {
  const code = input.billing_entity_code ?? null
  return code !== null && (await findBillingEntity(db, ref.organizationId, code)) === undefined
}
