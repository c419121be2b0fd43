import type { z } from 'zod'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import { withChanges } from '../../db/changes.js'
import type { Json } from '../../http/body.js'
import { mergeErrors, validate } from '../../http/validate.js'
import { createCoupon, updateAppliedCoupon, updateCoupon } from './schema.js'
import type { CouponRow } from './table.js'
import type { CouponTargetCodes, CouponTerms } from './terms.js'

/** A coupon as a request wants it. */
export interface CouponRequest {
  readonly terms: CouponTerms
  /** Undefined leaves the limit as it is. */
  readonly targets: CouponTargetCodes | undefined
}

/** The coupon that a request describes. All that is wrong with it is told at once. */
export function readNewCoupon(sent: Json, now: number): Result<CouponRequest> {
  const asked = relevant(sent, null)
  const input = checked(validate(createCoupon, asked), mergeErrors(missing(asked, null), past(asked, null, now)))
  if (!input.ok) return input
  const { name, code, coupon_type: couponType, frequency, expiration } = input.value
  const base: CouponTerms = {
    name,
    code,
    couponType,
    frequency,
    expiration,
    description: null,
    amountCents: null,
    currency: null,
    percentageRate: null,
    frequencyDuration: null,
    reusable: true,
    expirationAt: null,
  }
  return ok({ terms: changed(base, input.value), targets: targetsOf(input.value.applies_to) })
}

/** The coupon as a request changes it. Of one that somebody has, only name, description and expiry change. */
export function readChangedCoupon(
  sent: Json,
  row: CouponRow,
  { isApplied, now }: { readonly isApplied: boolean; readonly now: number },
): Result<CouponRequest> {
  if (isApplied) {
    const asked = relevant(sent, row)
    const input = checked(validate(updateAppliedCoupon, asked), past(asked, row, now))
    return input.ok ? ok({ terms: changed(row, input.value), targets: undefined }) : input
  }
  const asked = relevant(sent, row)
  const input = checked(validate(updateCoupon, asked), mergeErrors(missing(asked, row), past(asked, row, now)))
  return input.ok ? ok({ terms: changed(row, input.value), targets: targetsOf(input.value.applies_to) }) : input
}

/** The request without what its kind of coupon has no use for, which is passed over whatever it is. */
function relevant(sent: Json, before: CouponTerms | null): Json {
  const type = sent.coupon_type ?? before?.couponType
  const useless = [
    ...(type === 'percentage' ? ['amount_cents', 'amount_currency'] : ['percentage_rate']),
    ...((sent.frequency ?? before?.frequency) === 'recurring' ? [] : ['frequency_duration']),
    ...((sent.expiration ?? before?.expiration) === 'time_limit' ? [] : ['expiration_at']),
  ]
  return Object.fromEntries(Object.entries(sent).filter(([name]) => !useless.includes(name)))
}

/** What its kind of coupon cannot do without. */
function missing(asked: Json, before: CouponTerms | null): FieldErrors {
  const type = asked.coupon_type ?? before?.couponType
  const isFixed = type === 'fixed_amount'
  const isRecurring = (asked.frequency ?? before?.frequency) === 'recurring'
  const needed: [string, boolean, unknown][] = [
    ['amount_cents', isFixed, before?.amountCents],
    ['amount_currency', isFixed, before?.currency],
    ['percentage_rate', type === 'percentage', before?.percentageRate],
    ['frequency_duration', isRecurring, before?.frequencyDuration],
  ]
  const absent = needed.filter(
    ([name, isNeeded, known]) => isNeeded && ((name in asked ? asked[name] : known) ?? null) === null,
  )
  return Object.fromEntries(absent.map(([name]) => [name, ['value_is_mandatory']]))
}

/** An expiry that is over; sending the one that the coupon has changes nothing. */
function past(asked: Json, before: CouponTerms | null, now: number): FieldErrors {
  const read = updateAppliedCoupon.shape.expiration_at.safeParse(asked.expiration_at)
  const at = read.success ? (read.data ?? null) : null
  return at !== null && at <= now && at !== before?.expirationAt ? { expiration_at: ['invalid_date'] } : {}
}

function checked<T>(input: Result<T>, more: FieldErrors): Result<T> {
  if (Object.keys(more).length === 0) return input
  const found = !input.ok && input.failure.kind === 'invalid' ? (input.failure.details as FieldErrors) : {}
  return invalid(mergeErrors(found, more))
}

function changed(base: CouponTerms, input: Partial<z.infer<typeof updateCoupon>>): CouponTerms {
  const terms = withChanges(base, {
    name: input.name,
    code: input.code,
    description: input.description,
    couponType: input.coupon_type,
    amountCents: input.amount_cents,
    currency: input.amount_currency,
    percentageRate: input.percentage_rate,
    frequency: input.frequency,
    frequencyDuration: input.frequency_duration,
    reusable: input.reusable,
    expiration: input.expiration,
    expirationAt: input.expiration_at,
  })
  return {
    ...terms,
    ...(terms.couponType === 'percentage' ? { amountCents: null, currency: null } : { percentageRate: null }),
    ...(terms.frequency === 'recurring' ? {} : { frequencyDuration: null }),
    ...(terms.expiration === 'time_limit' ? {} : { expirationAt: null }),
  }
}

/** Both lists are replaced; one that is not sent is empty. */
function targetsOf(given: z.infer<typeof updateCoupon>['applies_to']): CouponTargetCodes | undefined {
  if (given === undefined) return undefined
  return {
    planCodes: [...new Set(given?.plan_codes ?? [])],
    metricCodes: [...new Set(given?.billable_metric_codes ?? [])],
  }
}
