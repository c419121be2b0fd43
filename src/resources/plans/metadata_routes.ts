import { changedMetadata } from '../../core/metadata.js'
import { notFound } from '../../core/result.js'
import { commit } from '../../db/commit.js'
import { metadataRoutes } from '../../http/metadata_routes.js'
import { findPlan, updatePlanMetadata } from './store.js'

export const planMetadataRoutes = metadataRoutes({
  unknown: { kind: 'not_found', thing: 'plan' },
  async isKnown({ var: { db, organizationId } }, code) {
    return (await findPlan(db, organizationId, code)) !== undefined
  },
  async change(c, code, change) {
    const { db, organizationId, now } = c.var
    const found = await findPlan(db, organizationId, code)
    if (found === undefined) return notFound('plan')
    const after = changedMetadata(found.plan.metadata, change)
    if (after.ok) await commit(db, [updatePlanMetadata(db, organizationId, found.plan.id, after.value, now)])
    return after
  },
})
