import { Temporal } from '@js-temporal/polyfill'
import { describe, expect, it } from 'vitest'
import {
  finalizedDates,
  type InvoiceDateSettings,
  ISSUING_DATE_ADJUSTMENTS,
  ISSUING_DATE_ANCHORS,
  type IssuingDateAdjustment,
  type IssuingDateAnchor,
  invoiceDates,
} from '../../../src/core/invoicing/dates.js'

const date = (text: string) => Temporal.PlainDate.from(text)

function settings(
  issuingDateAnchor: IssuingDateAnchor,
  issuingDateAdjustment: IssuingDateAdjustment,
  gracePeriodDays: number,
  netPaymentTermDays = 0,
): InvoiceDateSettings {
  return { issuingDateAnchor, issuingDateAdjustment, gracePeriodDays, netPaymentTermDays }
}

const texts = (dates: object) => Object.fromEntries(Object.entries(dates).map(([name, on]) => [name, String(on)]))

describe('a recurring invoice billed on February 1st', () => {
  it.each<[IssuingDateAnchor, IssuingDateAdjustment, number, string, string, string]>([
    ['current_period_end', 'keep_anchor', 0, '2024-01-31', '2024-02-01', 'the day before'],
    ['current_period_end', 'keep_anchor', 3, '2024-01-31', '2024-02-04', 'the day before, however long the draft'],
    [
      'current_period_end',
      'align_with_finalization_date',
      0,
      '2024-01-31',
      '2024-02-01',
      'the day before without grace',
    ],
    ['current_period_end', 'align_with_finalization_date', 3, '2024-02-04', '2024-02-04', 'the day it becomes final'],
    ['next_period_start', 'keep_anchor', 0, '2024-02-01', '2024-02-01', 'the day itself'],
    ['next_period_start', 'keep_anchor', 3, '2024-02-01', '2024-02-04', 'the day itself, however long the draft'],
    ['next_period_start', 'align_with_finalization_date', 0, '2024-02-01', '2024-02-01', 'the defaults'],
    ['next_period_start', 'align_with_finalization_date', 3, '2024-02-04', '2024-02-04', 'the defaults with grace'],
  ])('%s, %s, grace %i: issued %s, final %s: %s', (anchor, adjustment, grace, issuingOn, expectedFinalizationOn) => {
    const dates = invoiceDates(date('2024-02-01'), true, settings(anchor, adjustment, grace, 30))
    const paymentDueOn = date(issuingOn).add({ days: 30 }).toString()
    expect(texts(dates)).toEqual({ issuingOn, expectedFinalizationOn, paymentDueOn })
  })
})

describe('an invoice that is not recurring', () => {
  it('is dated to its finalization, whatever the settings', () => {
    for (const anchor of ISSUING_DATE_ANCHORS) {
      for (const adjustment of ISSUING_DATE_ADJUSTMENTS) {
        expect(texts(invoiceDates(date('2022-12-15'), false, settings(anchor, adjustment, 3, 10)))).toEqual({
          issuingOn: '2022-12-18',
          expectedFinalizationOn: '2022-12-18',
          paymentDueOn: '2022-12-28',
        })
        expect(invoiceDates(date('2022-12-15'), false, settings(anchor, adjustment, 0)).issuingOn.toString()).toBe(
          '2022-12-15',
        )
      }
    }
  })
})

describe('the finalization of a draft', () => {
  const draft = (isRecurring: boolean) => ({ issuingOn: date('2024-01-31'), isRecurring })

  it.each<[boolean, IssuingDateAdjustment, string, string]>([
    [true, 'keep_anchor', '2024-01-31', 'recurring and anchored: its date stays'],
    [true, 'align_with_finalization_date', '2024-02-06', 'recurring: the day of the finalization'],
    [false, 'keep_anchor', '2024-02-06', 'not recurring: likewise, for all anchors'],
    [false, 'align_with_finalization_date', '2024-02-06', 'not recurring'],
  ])('recurring %s, %s: issued %s (%s)', (isRecurring, adjustment, issuingOn) => {
    const dates = finalizedDates(
      draft(isRecurring),
      date('2024-02-06'),
      settings('current_period_end', adjustment, 3, 30),
    )
    expect(texts(dates)).toEqual({ issuingOn, paymentDueOn: date(issuingOn).add({ days: 30 }).toString() })
  })

  it('makes it due by the payment term of then', () => {
    const now = settings('next_period_start', 'align_with_finalization_date', 3, 7)
    expect(finalizedDates(draft(true), date('2024-02-04'), now).paymentDueOn.toString()).toBe('2024-02-11')
  })
})
