import { env } from 'cloudflare:workers'
import { drizzle } from 'drizzle-orm/d1'
import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { charges } from '../../src/resources/charges/table.js'
import { plans } from '../../src/resources/plans/table.js'
it('probe', async () => {
  const db = drizzle(env.DB)
  await db.insert(plans).values({ id: 'p', organizationId: 'o', createdAt: 1, updatedAt: 1, deletedAt: null, code: 'pc', name: 'n', interval: 'monthly', amountCents: 1, currency: 'EUR', payInAdvance: false } as never)
  await db.insert(charges).values({ id: 'c', organizationId: 'o', createdAt: 2, updatedAt: 2, planId: 'p', billableMetricId: 'm', code: 'cc', chargeModel: 'standard', payInAdvance: false, invoiceable: true, prorated: false, minAmountCents: 0, properties: { a: 1 } } as never)
  const q = () => db.select({ c: charges, p: plans }).from(charges).innerJoin(plans, eq(plans.id, charges.planId))
  console.log(JSON.stringify(await q()))
  const [b] = await db.batch([q()])
  console.log(JSON.stringify(b))
  expect(1).toBe(1)
})
