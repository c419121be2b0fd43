import fc from 'fast-check'
import type { BillingTime, PlanInterval } from '../../../src/core/catalog.js'
import { TIMEZONES } from '../../../src/core/time/zones.js'
import type { SubscriptionRow } from '../../../src/resources/subscriptions/table.js'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export interface PlanSpec {
  readonly interval: PlanInterval
  readonly amountCents: number
  readonly payInAdvance: boolean
  readonly billChargesMonthly: boolean
  readonly trialDays: number
  /** Price of a unit of usage, in currency units; null without a charge. */
  readonly unitPrice: string | null
  /** The least that the charge bills of a whole period, and that the plan bills, minor units. */
  readonly chargeMinimumCents: number
  readonly commitmentCents: number | null
  readonly fixedCharge: FixedChargeSpec | null
}

export interface FixedChargeSpec {
  readonly units: number
  /** In currency units. */
  readonly unitPrice: string
  readonly prorated: boolean
  readonly payInAdvance: boolean
  readonly billMonthly: boolean
}

/** A wallet that the customer has from the first moment on. */
export interface WalletSpec {
  /** Currency units for one credit. */
  readonly rateAmount: string
  /** Given on the same day of every month. */
  readonly monthlyCredits: number
  readonly paysForUsageOnly: boolean
}

/** Where in time a step is taken, once it has been waited for. */
export type Alignment =
  | { readonly to: 'as it is' }
  | { readonly to: 'hour' }
  /** The next midnight of the customer's, or the next moment at which something falls due, and so much more. */
  | { readonly to: 'midnight' | 'due'; readonly plus: number }

export interface SentUsage {
  /** How long before now it happened, milliseconds; negative for what is still to come. */
  readonly ago: number
  readonly units: number
}

export type Deed =
  | { readonly kind: 'wait' }
  | { readonly kind: 'send'; readonly subscription: string; readonly events: readonly SentUsage[] }
  | {
      readonly kind: 'subscribe'
      readonly subscription: string
      readonly plan: number
      readonly billingTime: BillingTime
      /** From now to `subscription_at`; null leaves that out. */
      readonly startsIn: number | null
      readonly endsIn: number | null
    }
  | { readonly kind: 'cancel'; readonly subscription: string }
  | {
      readonly kind: 'terminate'
      readonly subscription: string
      readonly invoice: SubscriptionRow['onTerminationInvoice']
      readonly creditNote: NonNullable<SubscriptionRow['onTerminationCreditNote']>
    }
  | { readonly kind: 'end'; readonly subscription: string; readonly endsIn: number | null }
  | { readonly kind: 'move'; readonly zone: string }
  /** Gives credits, or takes some away. */
  | { readonly kind: 'prepay'; readonly credits: number }

export interface Step {
  /** Milliseconds. */
  readonly after: number
  readonly alignment: Alignment
  readonly deed: Deed
}

export interface History {
  readonly zone: string
  readonly graceDays: number
  /** Days. */
  readonly netPaymentTerm: number
  readonly bornAt: number
  readonly plans: readonly PlanSpec[]
  readonly wallet: WalletSpec | null
  readonly steps: readonly Step[]
  /** How much longer it is watched after the last step. */
  readonly watchedFor: number
}

/** Something that fails once in a life. */
export interface Disaster {
  readonly where: 'before a commit' | 'after a commit' | 'marks'
  /** Whether the object is lost with it, so that nothing that it still had to do is done. */
  readonly isFatal: boolean
  /** Which of all the commits, or of all the marks: how far into the life, in thousandths. */
  readonly place: number
}

/** Zones in which days begin at odd moments, or change their length, more often than others. */
const zone = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'UTC',
      'Pacific/Apia',
      'Pacific/Fakaofo',
      'Pacific/Tongatapu',
      'Pacific/Midway',
      'GMT+12',
      'Pacific/Chatham',
      'Asia/Kathmandu',
      'Asia/Kolkata',
      'Australia/Adelaide',
      'America/St_Johns',
      'Europe/Paris',
      'America/New_York',
      'America/Santiago',
      'Africa/Cairo',
      'Atlantic/Azores',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...TIMEZONES) },
)

const SIGNAL_DATES = [
  ...['2023-12-31', '2024-01-01', '2024-01-29', '2024-01-30', '2024-01-31', '2024-02-28', '2024-02-29', '2024-03-01'],
  ...['2024-03-10', '2024-03-30', '2024-03-31', '2024-08-31', '2024-10-27', '2024-11-03', '2025-02-28', '2027-12-31'],
]

const timeOfDay = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 23 }).map((hours) => hours * HOUR),
  fc.integer({ min: 0, max: DAY - 1 }),
)

const bornAt = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...SIGNAL_DATES).map((date) => Date.parse(`${date}T00:00:00Z`)),
      fc.integer({ min: 0, max: 730 }).map((days) => Date.parse('2023-06-01T00:00:00Z') + days * DAY),
    ),
    timeOfDay,
  )
  .map(([day, time]) => day + time)

const interval = fc.oneof(
  { weight: 6, arbitrary: fc.constant<PlanInterval>('monthly') },
  { weight: 2, arbitrary: fc.constantFrom<PlanInterval>('quarterly', 'semiannual') },
  { weight: 2, arbitrary: fc.constant<PlanInterval>('yearly') },
  { weight: 1, arbitrary: fc.constant<PlanInterval>('weekly') },
)

const fixedCharge: fc.Arbitrary<FixedChargeSpec> = fc.record({
  units: fc.integer({ min: 0, max: 20 }),
  unitPrice: fc.constantFrom('1', '0.01', '3.1', '12.345'),
  prorated: fc.boolean(),
  payInAdvance: fc.boolean(),
  billMonthly: fc.boolean(),
})

/** Absent more often than there. */
const perhaps = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

const plan: fc.Arbitrary<PlanSpec> = fc.record({
  interval,
  amountCents: fc.oneof(fc.constantFrom(1000, 3100, 9999), fc.integer({ min: 1000, max: 1_000_000 })),
  payInAdvance: fc.boolean(),
  billChargesMonthly: fc.boolean(),
  trialDays: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
  ),
  unitPrice: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('1', '0.01', '0.123', '2.5') },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  chargeMinimumCents: perhaps(fc.integer({ min: 1, max: 20_000 })).map((least) => least ?? 0),
  commitmentCents: perhaps(fc.integer({ min: 1, max: 1_000_000 })),
  fixedCharge: perhaps(fixedCharge),
})

const wallet: fc.Arbitrary<WalletSpec> = fc.record({
  rateAmount: fc.constantFrom('1', '0.3', '7'),
  monthlyCredits: fc.constantFrom(0, 3, 40),
  paysForUsageOnly: fc.boolean(),
})

const span = (most: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: 3 * HOUR }),
    fc.integer({ min: 0, max: Math.floor(most / HOUR) }).map((hours) => hours * HOUR),
    fc.integer({ min: 0, max: Math.floor(most / DAY) }).map((days) => days * DAY),
    fc.integer({ min: 0, max: most }),
  )

const event: fc.Arbitrary<SentUsage> = fc.record({
  ago: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: span(6 * DAY) },
    { weight: 1, arbitrary: span(40 * DAY) },
    { weight: 1, arbitrary: span(3 * DAY).map((ahead) => -ahead) },
  ),
  units: fc.integer({ min: 0, max: 100 }),
})

const subscription = fc.oneof({ weight: 4, arbitrary: fc.constant('s') }, { weight: 1, arbitrary: fc.constant('t') })

const startsIn = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: span(20 * HOUR) },
  { weight: 1, arbitrary: span(20 * HOUR).map((back) => -back) },
  { weight: 2, arbitrary: span(100 * DAY).map((back) => -back) },
  { weight: 1, arbitrary: span(400 * DAY).map((back) => -back) },
  { weight: 2, arbitrary: span(40 * DAY) },
)

const endsIn = fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: span(100 * DAY) })

const subscribe = (subscriptions: fc.Arbitrary<string>): fc.Arbitrary<Deed> =>
  fc.record({
    kind: fc.constant('subscribe' as const),
    subscription: subscriptions,
    plan: fc.nat(2),
    billingTime: fc.constantFrom<BillingTime>('calendar', 'anniversary'),
    startsIn,
    endsIn,
  })

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      subscription,
      events: fc.array(event, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 5, arbitrary: subscribe(subscription) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), subscription }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('terminate' as const),
      subscription,
      invoice: fc.constantFrom('generate' as const, 'generate' as const, 'generate' as const, 'skip' as const),
      creditNote: fc.constantFrom('credit' as const, 'refund' as const, 'offset' as const, 'skip' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      subscription,
      endsIn: fc.oneof({ weight: 3, arbitrary: span(60 * DAY) }, { weight: 1, arbitrary: fc.constant(null) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const), zone }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('prepay' as const), credits: fc.integer({ min: -50, max: 500 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'wait' as const }) },
)

const alignment: fc.Arbitrary<Alignment> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ to: 'as it is' as const }) },
  { weight: 1, arbitrary: fc.constant({ to: 'hour' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      to: fc.constantFrom('midnight' as const, 'due' as const),
      plus: fc.constantFrom(0, -1, 1, 10 * MINUTE, 20 * MINUTE, 50 * MINUTE, HOUR, -HOUR),
    }),
  },
)

const step = (deeds: fc.Arbitrary<Deed>, most: number): fc.Arbitrary<Step> =>
  fc.record({ after: span(most), alignment, deed: deeds })

/** Lives of a year or two: the first deed is a subscription, now, later or backdated. */
export const histories: fc.Arbitrary<History> = fc.record({
  zone,
  graceDays: fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 10 }) },
  ),
  // Most never fall overdue, which would be another run for each invoice.
  netPaymentTerm: fc.oneof({ weight: 4, arbitrary: fc.constant(3000) }, { weight: 1, arbitrary: fc.nat(30) }),
  bornAt,
  plans: fc.tuple(plan, plan, plan),
  wallet: perhaps(wallet),
  steps: fc
    .tuple(
      step(subscribe(fc.constant('s')), 0),
      fc.array(step(deed, 70 * DAY), { minLength: 2, maxLength: 9, size: 'max' }),
    )
    .map(([first, rest]) => [first, ...rest]),
  watchedFor: span(100 * DAY),
})

export const disasters: fc.Arbitrary<Disaster> = fc.record({
  where: fc.constantFrom('before a commit' as const, 'after a commit' as const, 'marks' as const),
  isFatal: fc.boolean(),
  place: fc.nat(999),
})

export const patience: fc.Arbitrary<boolean[]> = fc.array(fc.boolean(), { minLength: 1, maxLength: 15 })
