import { z } from 'zod'
import { AGGREGATION_TYPES } from '../../core/catalog.js'
import { MAX_ROUNDING_PLACES } from '../../core/limits.js'
import { anyText, code, looseBoolean, oneOf, text, whole } from '../../http/fields.js'

const listed = (sent: unknown) => (Array.isArray(sent) ? sent : sent === undefined || sent === null ? [] : [sent])

const filter = z.object({
  key: text(),
  values: z.preprocess(listed, z.array(text()).min(1, 'value_is_mandatory')),
})

const orNull = (sent: string) => (sent.trim() === '' ? null : sent)

/** What changes even while plans charge for the metric. */
const lasting = {
  name: text(),
  description: anyText().nullish(),
  filters: z.array(filter, { error: 'must_be_an_array' }).nullish(),
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
