import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Charge } from '../../../src/core/catalog.js'
import { chargeTerms, fromCounted, toCounted, type UsageBasis } from '../../../src/core/explanation/fee_basis.js'
import { usageFigures, usageSteps } from '../../../src/core/explanation/usage_fee.js'
import { type ExplainedEvent, type TracedEvent, UsageTrace } from '../../../src/core/explanation/usage_trace.js'
import { Counter, type CounterDefinition, type CounterResult } from '../../../src/core/metering/counter.js'
import { bucketKey } from '../../../src/core/metering/divider.js'
import { foldLog } from '../../../src/core/metering/fold_log.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { tallyOf } from '../../../src/core/rating/tallies.js'
import { chargeDivision } from '../../../src/core/usage/charge_division.js'
import { ratedBuckets } from '../../../src/core/usage/rated_buckets.js'
import { Owner } from '../metering/counter_support.js'
import { byTime, SPAN } from '../metering/support.js'
import { chargeOf, metricOf } from '../usage/builders.js'
import { charges, logs, MODELS } from './support.js'

const RUNS = 1_000
const CURRENCY = 'EUR'
const WINDOW = { from: { at: 1, seq: 0 }, to: { at: 8, seq: 6 } }

const definitionOf = (charge: Charge): CounterDefinition => ({
  externalSubscriptionId: 's',
  code: charge.metric.code,
  aggregation: charge.metric.aggregationType,
  fieldName: charge.metric.fieldName,
  window: WINDOW,
  division: chargeDivision(charge),
})

/** What a running counter has come to when the events arrive as their places say. */
function counted(charge: Charge, log: readonly TracedEvent[]): Map<string, CounterResult> {
  const owner = new Owner(new Counter(definitionOf(charge), tallyOf))
  for (const event of log) owner.receive(event)
  return new Map(
    Object.entries(owner.outcomes).map(([key, { units, eventsCount, total, tally }]) => [
      key,
      // Weighed in the time of the test's own span, which is the one that the owner reads it in.
      fromCounted({ units, eventsCount, totalAggregatedUnits: total, tally }),
    ]),
  )
}

/** The fees of a charge: those of buckets with usage, and those of filters without any. */
function feesOf(charge: Charge, log: readonly TracedEvent[]) {
  const definition = definitionOf(charge)
  const known = counted(charge, log)
  const buckets = foldLog(definition, tallyOf, log, SPAN).map(({ bucket, usage }) => ({
    bucket,
    usage: known.get(bucketKey(bucket)) ?? usage,
  }))
  return [
    ...ratedBuckets(charge, definition.division, buckets, {
      currency: CURRENCY,
      span: SPAN,
      charged: null,
      share: { days: 31, periodDays: 31 },
    }),
  ]
}

const basisOf = (bucket: string, usage: CounterResult, throughSeq: number): UsageBasis => ({
  kind: 'usage',
  terms: 'key',
  externalSubscriptionId: 's',
  window: WINDOW,
  span: SPAN,
  bucket,
  counted: toCounted(usage),
  throughSeq,
})

function traced(charge: Charge, basis: UsageBasis, log: readonly TracedEvent[], page = { offset: 0, limit: 1_000 }) {
  const trace = new UsageTrace(JSON.parse(JSON.stringify(basis)), chargeTerms(charge), tallyOf, page)
  for (const event of byTime(log) as TracedEvent[]) trace.take(event)
  return trace
}

describe.each(MODELS)('a fee of the model %s', (model) => {
  const scenario = fc.record({ charge: charges(model), log: logs, late: fc.nat(3) })

  test('priced by a counter is the fee that is folded from the log and priced, however events arrived and are divided', () => {
    fc.assert(
      fc.property(scenario, ({ charge, log, late }) => {
        const throughSeq = Math.max(0, log.length - late)
        const seen = log.slice(0, throughSeq)
        for (const { key, bucket, counted: usage, usage: rated } of feesOf(charge, seen)) {
          const basis = basisOf(key, usage, throughSeq)
          const trace = traced(charge, basis, log)
          const priced = { terms: chargeTerms(charge), bucket, currency: CURRENCY, counted: trace.counted(SPAN) }
          const again = usageFigures(priced)
          expect([again.amountCents.toFixed(), again.units.toFixed(), again.eventsCount]).toEqual([
            rated.amountCents.toFixed(),
            rated.units.toFixed(),
            rated.eventsCount,
          ])
          // The steps from what was counted end with the amount.
          expect(usageSteps({ ...priced, counted: basis.counted }).at(-1)?.result).toBe(rated.amountCents.toFixed())
        }
      }),
      { numRuns: RUNS },
    )
  }, 120_000)

  test('shows every event of its bucket once, and what they added is what there is', () => {
    fc.assert(
      fc.property(scenario, fc.integer({ min: 1, max: 4 }), ({ charge, log, late }, perPage) => {
        const throughSeq = Math.max(0, log.length - late)
        const [fee] = feesOf(charge, log.slice(0, throughSeq))
        if (fee === undefined) throw new Error('there is always a fee')
        const basis = basisOf(fee.key, fee.counted, throughSeq)
        const whole = traced(charge, basis, log)
        const pages: ExplainedEvent[] = []
        for (let offset = 0; offset < whole.eventsCount; offset += perPage) {
          pages.push(...traced(charge, basis, log, { offset, limit: perPage }).events)
        }
        expect(pages).toEqual(whole.events)
        const added = whole.events.reduce((sum, { effect }) => sum.plus(effect?.added ?? 0), new Decimal(0))
        expect(added.toFixed()).toBe(fee.counted.units.toFixed())
        expect(whole.events.filter(({ effect }) => effect === null).map(({ seq }) => seq > throughSeq)).not.toContain(
          false,
        )
        expect(whole.lateCount).toBe(whole.events.filter(({ seq }) => seq > throughSeq).length)
      }),
      { numRuns: 200 },
    )
  }, 60_000)
})

describe('an event says what it did', () => {
  const properties = (value: unknown, more: object = {}) => ({ value, ...more })
  const rows: [string, Partial<Charge>, object[], [note: string | null, counted: boolean, added: string][]][] = [
    [
      'a set',
      { metric: metricOf('unique_count_agg') },
      [
        properties('a'),
        properties('a'),
        properties('b', { operation_type: 'remove' }),
        properties('a', { operation_type: 'remove' }),
        properties('a', { operation_type: 'gone' }),
        properties(''),
      ],
      [
        [null, true, '1.0'],
        ['already_there', false, '0.0'],
        ['not_there', false, '0.0'],
        ['removed', true, '-1.0'],
        ['unknown_operation', false, '0.0'],
        ['no_value', false, '0.0'],
      ],
    ],
    [
      'a sum',
      { metric: metricOf('sum_agg') },
      [properties(2), properties('x'), {}, properties('-0.5')],
      [
        [null, true, '2.0'],
        ['not_a_number', false, '0.0'],
        ['no_value', false, '0.0'],
        [null, true, '-0.5'],
      ],
    ],
    [
      'a maximum',
      { metric: metricOf('max_agg') },
      [properties(2), properties(1), properties(5)],
      [
        [null, true, '2.0'],
        ['not_highest', true, '0.0'],
        [null, true, '3.0'],
      ],
    ],
    [
      'the latest',
      { metric: metricOf('latest_agg') },
      [properties(2), properties(1)],
      [
        [null, true, '2.0'],
        [null, true, '-1.0'],
      ],
    ],
    [
      'a count',
      { metric: metricOf('count_agg', { fieldName: null }) },
      [{}, {}],
      [
        [null, true, '1.0'],
        [null, true, '1.0'],
      ],
    ],
  ]

  test.each(rows)('to %s', (_, rest, sent, expected) => {
    const events = explained(rest, sent)
    expect(events.map(({ effect }) => [effect?.note ?? null, effect?.isCounted, effect?.added])).toEqual(expected)
  })

  test('where each is held to bounds: what of it was free, paid, and what it cost', () => {
    const bounded = { rate: '10', free_units_per_events: 1, per_transaction_min_amount: '1' }
    const events = explained({ chargeModel: 'percentage', properties: bounded }, [properties(50), properties(2)])
    expect(events.map(({ effect }) => effect?.pricing)).toEqual([
      { free_units: '50.0', free_events: 1, paid_units: '0.0', paid_events: 0, amount: '0.0' },
      { free_units: '0.0', free_events: 0, paid_units: '2.0', paid_events: 1, amount: '1.0' },
    ])
  })

  test('where some are free without bounds: what of it was free', () => {
    const terms = { rate: '10', free_units_per_total_aggregation: '60' }
    const events = explained({ chargeModel: 'percentage', properties: terms }, [properties(50), properties(20)])
    expect(events.map(({ effect }) => effect?.pricing)).toEqual([
      { free_units: '50.0', free_events: 1 },
      { free_units: '10.0', free_events: 0 },
    ])
  })

  test('where it brought its price along: that price', () => {
    const [event] = explained({ chargeModel: 'dynamic', properties: {} }, [properties(3)], '12.5')
    expect(event?.effect?.pricing).toEqual({ precise_total_amount_cents: '12.5' })
  })

  function explained(rest: Partial<Charge>, sent: object[], preciseTotalAmountCents: string | null = null) {
    const charge = chargeOf(rest)
    const log = sent.map((one, i) => ({
      ...{ at: 2, seq: i + 1, transactionId: `t${i}`, createdAt: 0, preciseTotalAmountCents },
      properties: one as Record<string, unknown>,
    }))
    const [fee] = feesOf(charge, log)
    if (fee === undefined) throw new Error('there is always a fee')
    return traced(charge, basisOf(fee.key, fee.counted, log.length), log).events
  }
})
