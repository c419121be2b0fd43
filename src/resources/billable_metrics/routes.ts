import { AGGREGATION_TYPES } from '../../core/catalog.js'
import { commit } from '../../db/commit.js'
import { router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { trimFilters } from '../charge_filters/store.js'
import { deleteChargesOfMetric } from '../charges/store.js'
import { evaluateExpression } from './evaluate_expression.js'
import { removedValues } from './filters.js'
import { readChangedMetric, readNewMetric } from './read_metric.js'
import { serializeMetric } from './serialize.js'
import { findMetric, insertMetric, isInPlan, listMetrics, updateMetricRow } from './store.js'

const NOT_FOUND = { kind: 'not_found', thing: 'billable_metric' } as const
const CODE_TAKEN = { kind: 'taken', field: 'code' } as const

export const billableMetricRoutes = router()
  .get('/', async (c) => {
    const page = pageOf(c)
    const filters = new Filters(c)
    const wanted = {
      recurring: filters.flag('recurring'),
      aggregationTypes: filters.listOf('aggregation_types', AGGREGATION_TYPES),
    }
    if (filters.refused()) return fail(c, { kind: 'invalid', details: filters.errors })
    const { rows, totalCount } = await listMetrics(c.var.db, c.var.organizationId, wanted, page)
    return c.json({ billable_metrics: rows.map(serializeMetric), meta: meta(page, totalCount) })
  })
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'billable_metric')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { organizationId, now, db } = c.var
    const metric = readNewMetric(envelope.value, { id: c.var.newId(), organizationId, now })
    if (!metric.ok) return fail(c, metric.failure)
    const outcome = await commit(db, [insertMetric(db, metric.value)])
    return outcome.committed ? c.json({ billable_metric: serializeMetric(metric.value) }) : fail(c, CODE_TAKEN)
  })
  .post('/evaluate_expression', evaluateExpression)
  .get('/:code', async (c) => {
    const row = await findMetric(c.var.db, c.var.organizationId, c.req.param('code'))
    return row === undefined ? fail(c, NOT_FOUND) : c.json({ billable_metric: serializeMetric(row) })
  })
  .put('/:code', async (c) => {
    const envelope = await readEnvelope(c, 'billable_metric')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId, now } = c.var
    const row = await findMetric(db, organizationId, c.req.param('code'))
    if (row === undefined) return fail(c, NOT_FOUND)
    const inPlan = await isInPlan(db, organizationId, row.id)
    const changed = readChangedMetric(envelope.value, row, { inPlan, now })
    if (!changed.ok) return fail(c, changed.failure)
    const outcome = await commit(db, [
      updateMetricRow(db, organizationId, row.id, changed.value),
      ...trimFilters(db, organizationId, row.id, removedValues(row.filters, changed.value.filters), now),
    ])
    return outcome.committed ? c.json({ billable_metric: serializeMetric(changed.value) }) : fail(c, CODE_TAKEN)
  })
  .delete('/:code', async (c) => {
    const { db, organizationId, now } = c.var
    const row = await findMetric(db, organizationId, c.req.param('code'))
    if (row === undefined) return fail(c, NOT_FOUND)
    await commit(db, [
      deleteChargesOfMetric(db, organizationId, row.id, now),
      updateMetricRow(db, organizationId, row.id, { deletedAt: now }),
    ])
    return c.json({ billable_metric: serializeMetric(row) })
  })
