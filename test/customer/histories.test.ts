import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startSubscription } from '../../src/customer/commands/start_subscription.js'
import { checkHistory } from '../support/histories/check.js'
import {
  type Deed,
  type Disaster,
  disasters,
  type History,
  HOUR,
  histories,
  patience,
} from '../support/histories/history.js'
import { HistoryLife } from '../support/histories/life.js'
import { planCode } from '../support/histories/world.js'

/** `HISTORIES=2000 HISTORIES_SEED=7` looks further. The seed is fixed: what fails rarely must not fail a change that has no part in it. */
const numRuns = Number(process.env.HISTORIES ?? 200)
const seed = Number(process.env.HISTORIES_SEED ?? 1)

describe('in any history of a customer', () => {
  it(
    'every instant, day and event is billed once, nothing is done twice, and neither delay nor failure makes a difference',
    async () => {
      const adversity = fc.record({ patience, disaster: disasters })
      await fc.assert(fc.asyncProperty(histories, adversity, checkHistory), { numRuns, seed })
    },
    60_000 + numRuns * 3_000,
  )
})

type Told = readonly [moment: string, deed: Deed]

const subscribe = (plan: number, more: { from?: string; until?: string; now?: string } = {}): Deed => ({
  ...{ kind: 'subscribe', subscription: 's', plan, billingTime: 'calendar' },
  startsIn: more.from === undefined ? null : Date.parse(more.from) - Date.parse(more.now ?? ''),
  endsIn: more.until === undefined ? null : Date.parse(more.until) - Date.parse(more.now ?? ''),
})
const terminate = (invoice: 'generate' | 'skip' = 'generate'): Deed => ({
  ...{ kind: 'terminate', subscription: 's', invoice, creditNote: 'credit' },
})
const use: Deed = { kind: 'send', subscription: 's', events: [{ ago: 0, units: 1 }] }
const wait: Deed = { kind: 'wait' }

const plain = { chargeMinimumCents: 0, commitmentCents: null, fixedCharge: null }
const common = { billChargesMonthly: false, trialDays: 0, unitPrice: '1', ...plain }
const [MONTHLY, DEARER, WEEKLY, WEEKLY_IN_ADVANCE] = [0, 1, 2, 3]

function told(zone: string, steps: readonly Told[], given: Partial<History> = {}): History {
  const moments = steps.map(([moment]) => Date.parse(moment))
  const [bornAt = 0] = moments
  return {
    ...{ zone, bornAt, graceDays: 0, netPaymentTerm: 3000, watchedFor: 0, wallet: null },
    plans: [
      { ...common, interval: 'monthly', amountCents: 3100, payInAdvance: false },
      { ...common, interval: 'monthly', amountCents: 6200, payInAdvance: false },
      { ...common, interval: 'weekly', amountCents: 700, payInAdvance: false },
      { ...common, interval: 'weekly', amountCents: 700, payInAdvance: true },
    ],
    steps: steps.map(([, deed], i) => ({
      after: (moments[i] ?? 0) - (moments[i - 1] ?? bornAt),
      alignment: { to: 'as it is' },
      deed,
    })),
    ...given,
  }
}

/** In Kolkata the day begins at half past, and its hour's run comes half an hour later. */
const beforeTheRun = (deed: Deed): Told[] => [
  ['2024-01-10T00:00:00Z', subscribe(MONTHLY)],
  ['2024-01-31T18:35:00Z', use],
  ['2024-01-31T18:40:00Z', deed],
  ['2024-03-05T00:00:00Z', wait],
]

describe('a history in which', () => {
  it.each<[what: string, History]>([
    ['a plan is changed between local midnight and the run', told('Asia/Kolkata', beforeTheRun(subscribe(DEARER)))],
    ['a subscription ends between local midnight and the run', told('Asia/Kolkata', beforeTheRun(terminate()))],
    [
      'a draft is computed anew after the fee of the next period was made, of which days are given back',
      told(
        'UTC',
        [
          ['2024-01-01T00:00:00Z', subscribe(WEEKLY_IN_ADVANCE)],
          ['2024-01-12T00:00:00Z', terminate()],
          ['2024-02-05T00:00:00Z', wait],
        ],
        { graceDays: 9 },
      ),
    ],
    [
      'a subscription starts and ends on one local day, which are two days in UTC',
      told('Pacific/Apia', [
        ['2024-01-20T20:00:00Z', subscribe(MONTHLY, { now: '2024-01-20T20:00:00Z', until: '2024-01-21T05:00:00Z' })],
        ['2024-02-05T00:00:00Z', wait],
      ]),
    ],
    [
      'a subscription is created in the last hour of a billing day and ends on the next day',
      told('UTC', [
        ['2024-01-05T00:00:00Z', subscribe(WEEKLY)],
        ['2024-01-20T00:00:00Z', terminate()],
        [
          '2024-01-22T23:30:00Z',
          subscribe(WEEKLY, {
            now: '2024-01-22T23:30:00Z',
            from: '2024-01-21T12:00:00Z',
            until: '2024-01-23T12:00:00Z',
          }),
        ],
        ['2024-02-05T00:00:00Z', wait],
      ]),
    ],
    [
      'a subscription is backdated over one that skipped its last invoice and one before that did not',
      told('UTC', [
        ['2024-01-01T00:00:00Z', subscribe(MONTHLY)],
        ['2024-03-05T00:00:00Z', use],
        ['2024-03-10T00:00:00Z', terminate()],
        ['2024-03-10T12:00:00Z', subscribe(MONTHLY)],
        ['2024-03-20T00:00:00Z', terminate('skip')],
        ['2024-03-25T00:00:00Z', subscribe(MONTHLY, { now: '2024-03-25T00:00:00Z', from: '2024-02-01T00:00:00Z' })],
        ['2024-04-05T00:00:00Z', wait],
      ]),
    ],
    [
      'invoices fall overdue',
      told(
        'UTC',
        [
          ['2024-01-01T00:00:00Z', subscribe(WEEKLY_IN_ADVANCE)],
          ['2024-01-20T00:00:00Z', wait],
        ],
        { netPaymentTerm: 0, graceDays: 2 },
      ),
    ],
    [
      'a customer moves to where an invoice is overdue sooner',
      told(
        'America/New_York',
        [
          ['2024-01-01T12:00:00Z', subscribe(WEEKLY_IN_ADVANCE)],
          ['2024-01-01T20:30:00Z', { kind: 'move', zone: 'Asia/Tokyo' }],
          ['2024-01-01T21:30:00Z', wait],
          ['2024-01-01T22:30:00Z', wait],
        ],
        { netPaymentTerm: 0 },
      ),
    ],
  ])('%s is billed like any other', async (_, history) => {
    await checkHistory(history, { patience: [true], disaster: null })
  })

  const anywhere = (['before a commit', 'after a commit', 'marks'] as const).flatMap((where) =>
    [true, false].map((isFatal): Omit<Disaster, 'place'> => ({ where, isFatal })),
  )

  it.each(anywhere)(
    'a change of plan meets a failure is billed like one in which it does not: %j',
    async (disaster) => {
      const history = told('Asia/Kolkata', beforeTheRun(subscribe(DEARER)))
      for (const place of [0, 250, 500, 750]) {
        await checkHistory(history, { patience: [true], disaster: { ...disaster, place } })
      }
    },
  )
})

describe('an end that has come', () => {
  it('is refused where the plan is changed, as it is where a subscription starts', async () => {
    const life = await HistoryLife.open(told('UTC', [['2024-01-20T12:00:00Z', subscribe(MONTHLY)]]))
    await life.begin(subscribe(MONTHLY))
    const today = life.now + HOUR
    const change = { external_customer_id: 'c', external_id: 's', plan_code: planCode(DEARER), ending_at: today }
    const answer = await startSubscription(life.object.context(life.now), change)
    expect(answer).toMatchObject({ ok: false, failure: { details: { ending_at: ['invalid_date'] } } })
    expect(await life.find('s', 'terminated')).toBeUndefined()
  })
})
