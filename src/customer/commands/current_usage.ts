import type { Charge } from '../../core/catalog.js'
import { invalid, notAllowed, notFound, ok } from '../../core/result.js'
import { runningWindows } from '../../core/subscription/windows.js'
import { daysTouched } from '../../core/time/dates.js'
import { type TimeWindow, windowDays } from '../../core/time/windows.js'
import { ALL_USAGE } from '../../core/usage/charge_division.js'
import type { PageOfGroups } from '../../core/usage/group_page.js'
import { parsePresentationFilter } from '../../core/usage/presentation.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import { termsOf } from '../../resources/subscriptions/terms.js'
import type { UsageAnswer } from '../../resources/usage/serialize.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'
import { arrearsAmount, usageFrame } from '../rated_usage.js'
import { TooManyBucketsError } from '../scanned_states.js'
import { usageAnswer } from '../usage_answer.js'

/** Whose usage, with or without taxes. */
export interface ProjectionQuestion {
  readonly externalSubscriptionId: string
  readonly appliesTaxes: boolean
  /** Of the groups of each charge. */
  readonly groups: PageOfGroups
}

export interface UsageQuestion extends ProjectionQuestion {
  /** At most one of these narrows the answer, the first that is given. */
  readonly chargeId?: string | undefined
  readonly chargeCode?: string | undefined
  readonly metricCode?: string | undefined
  /** Only events with these texts; null stands for a missing or empty property. */
  readonly only: Readonly<Record<string, string | null>>
  readonly skipsGrouping: boolean
  /** Since the start of the subscription rather than of the period. */
  readonly isFull: boolean
  /** `filter_by_presentation` as it was given. */
  readonly presentation?: string | undefined
}

interface Running {
  readonly state: CustomerState
  readonly subscription: SubscriptionRow
  readonly stretch: TimeWindow
}

/** The usage of a running subscription's charge period, priced as the invoice will price it (metering rules, section 6). */
export async function currentUsage(context: CommandContext, question: UsageQuestion): CommandResult<UsageAnswer> {
  const running = await findRunning(context, question)
  if (running === undefined) return notAllowed('no_active_subscription')
  const { state, subscription } = running
  const asked = planOf(state, subscription).charges.filter(narrowing(question))
  if (asked.length === 0 && isNarrowed(question)) return notFound('charge')
  if (question.isFull && !allowsFullUsage(question, asked)) return notAllowed('full_usage_not_allowed')
  const presentation = parsePresentationFilter(question.presentation)
  if (presentation === undefined) return invalid({ filter_by_presentation: ['value_is_invalid'] })

  const startedAt = subscription.startedAt ?? running.stretch.fromAt
  const stretch = question.isFull ? { ...running.stretch, fromAt: startedAt } : running.stretch
  const frame = usageFrame(state, subscription, stretch, state.zone)
  const { only, skipsGrouping, groups: page, appliesTaxes } = question
  const view = { wish: { only, skipsGrouping }, presentation, page, progress: null, appliesTaxes }
  try {
    return ok(usageAnswer(context, state, frame, asked, view))
  } catch (error) {
    if (error instanceof TooManyBucketsError) return invalid({ group: ['too_many_groups'] })
    throw error
  }
}

/** The same with what it will come to by the end of the period, if it goes on as since its start. */
export async function projectedUsage(
  context: CommandContext,
  question: ProjectionQuestion,
): CommandResult<UsageAnswer> {
  const running = await findRunning(context, question)
  if (running === undefined) return notAllowed('no_active_subscription')
  const { state, subscription, stretch } = running
  const days = Math.max(1, windowDays(stretch, state.zone))
  const begun = daysTouched(stretch.fromAt, context.now, state.zone)
  return ok(
    usageAnswer(
      context,
      state,
      usageFrame(state, subscription, stretch, state.zone),
      planOf(state, subscription).charges,
      {
        wish: ALL_USAGE,
        presentation: null,
        page: question.groups,
        progress: { days, daysBegun: Math.min(Math.max(1, begun), days) },
        appliesTaxes: question.appliesTaxes,
      },
    ),
  )
}

/** What a running subscription's charge period has come to in arrears, whole minor units without taxes. */
export async function arrearsUsage(context: CommandContext, externalSubscriptionId: string): CommandResult<number> {
  const running = await findRunning(context, { externalSubscriptionId })
  if (running === undefined) return notAllowed('no_active_subscription')
  const { state, subscription, stretch } = running
  const frame = usageFrame(state, subscription, stretch, state.zone)
  return ok(arrearsAmount(context.usage, planOf(state, subscription).charges, frame).amountCents)
}

async function findRunning(
  context: CommandContext,
  question: Pick<ProjectionQuestion, 'externalSubscriptionId'>,
): Promise<Running | undefined> {
  const state = await loadCustomer(context.db, context.ref, context.now, [], 'no_bills_on_the_way')
  const subscription = state?.subscriptions.find(
    (row) => row.externalId === question.externalSubscriptionId && row.status === 'active',
  )
  if (state === undefined || subscription === undefined) return undefined
  const terms = termsOf(subscription, planOf(state, subscription))
  return { state, subscription, stretch: runningWindows(terms, context.now, state.zone).charges }
}

function narrowing({ chargeId, chargeCode, metricCode }: UsageQuestion): (charge: Charge) => boolean {
  if (chargeId !== undefined) return (charge) => charge.id === chargeId
  if (chargeCode !== undefined) return (charge) => charge.code === chargeCode
  if (metricCode !== undefined) return (charge) => charge.metric.code === metricCode
  return () => true
}

const isNarrowed = ({ chargeId, chargeCode, metricCode }: UsageQuestion): boolean =>
  (chargeId ?? chargeCode ?? metricCode) !== undefined

/** It folds all that the subscription ever used: only of a part, and not where a price depends on the days of a period. */
function allowsFullUsage(question: UsageQuestion, asked: readonly Charge[]): boolean {
  const isPart = isNarrowed(question) || Object.keys(question.only).length > 0
  return isPart && !asked.some(({ prorated }) => prorated)
}
