import type { Database } from '../../db/client.js'
import { loadPlanRecords } from './load.js'
import { serializePlan } from './serialize.js'
import { plansById } from './store.js'

/** The plan with this id as answers show it, also when it is deleted. It has to be one of the organization's. */
export async function planAnswer(db: Database, organizationId: string, { id }: { readonly id: string }) {
  const record = (await loadPlanRecords(db, organizationId, [id])).get(id)
  if (record === undefined) throw new Error(`plan ${id} is not there`)
  const { parentId, usageThresholds } = record.plan
  if (parentId === null || usageThresholds !== null) return serializePlan(record)
  const [parent] = await plansById(db, organizationId, [parentId])
  return serializePlan(record, parent?.usageThresholds)
}
