import { z } from 'zod'
import { AGGREGATION_TYPES, ALL_FILTER_VALUES, type MetricFilter } from '../../core/catalog.js'
import { MAX_ROUNDING_PLACES } from '../../core/limits.js'
import { anyText, code, looseBoolean, oneOf, text, whole } from '../../http/fields.js'
import { MAX_FILTER_KEYS, MAX_FILTER_VALUE_LENGTH, MAX_FILTER_VALUES, MAX_METRIC_FILTERS_BYTES } from '../../limits.js'
import { canonicalFilters } from './filters.js'

const listed = (sent: unknown) => (Array.isArray(sent) ? sent : sent === undefined || sent === null ? [] : [sent])

const filterText = text({ longest: MAX_FILTER_VALUE_LENGTH })
/** Charge filters have a meaning of their own for this word. */
const filterValue = filterText.refine((value) => value !== ALL_FILTER_VALUES, { error: 'value_is_reserved' })

const filter = z.object({
  key: filterText,
  values: z.preprocess(
    listed,
    z.array(filterValue).min(1, 'value_is_mandatory').max(MAX_FILTER_VALUES, 'invalid_count'),
  ),
})

const filters = z
  .array(filter, { error: 'must_be_an_array' })
  .max(MAX_FILTER_KEYS, 'invalid_count')
  .transform(canonicalFilters)
  .refine((list) => list.every(({ values }) => values.length <= MAX_FILTER_VALUES), { error: 'invalid_count' })
  .refine((list) => bytesOf(list) <= MAX_METRIC_FILTERS_BYTES, { error: 'value_is_too_long' })

const bytesOf = (list: readonly MetricFilter[]): number => new TextEncoder().encode(JSON.stringify(list)).byteLength

const orNull = (sent: string) => (sent.trim() === '' ? null : sent)

/** What changes even while plans charge for the metric. */
const lasting = {
  name: text(),
  description: anyText().nullish(),
  filters: filters.nullish(),
}

const fields = {
  ...lasting,
  code: code(),
  aggregation_type: oneOf(AGGREGATION_TYPES),
  field_name: anyText().transform(orNull).nullish(),
  recurring: looseBoolean().nullish(),
  rounding_function: oneOf(['round', 'ceil', 'floor']).nullish(),
  rounding_precision: whole({ least: -MAX_ROUNDING_PLACES, most: MAX_ROUNDING_PLACES }).nullish(),
  weighted_interval: oneOf(['seconds']).nullish(),
  expression: anyText().transform(orNull).nullish(),
}

export const createMetric = z.object(fields)
export const updateMetric = z.object({
  ...fields,
  name: fields.name.optional(),
  code: fields.code.optional(),
  aggregation_type: fields.aggregation_type.optional(),
})
export const updateMetricInPlan = z.object({ ...lasting, name: lasting.name.optional() })

/** The parts of a new metric that depend on one another; what cannot be read is null. */
export const relatedParts = z.object({
  aggregation_type: fields.aggregation_type.nullable().catch(null),
  field_name: fields.field_name.catch(null),
  recurring: fields.recurring.catch(null),
  weighted_interval: fields.weighted_interval.catch(null),
  expression: fields.expression.catch(null),
})

/** What creations and updates read. */
export type MetricInput = z.infer<typeof updateMetric>
