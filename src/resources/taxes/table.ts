import { sql } from 'drizzle-orm'
import { index, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, json, lifeColumns, rowColumns } from '../../db/columns.js'

export const taxes = sqliteTable(
  'taxes',
  {
    ...rowColumns(),
    ...lifeColumns(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    /** Percent, decimal text. */
    rate: text('rate').notNull(),
    /** Whether it is a tax of the default billing entity. */
    appliedToOrganization: flag('applied_to_organization').notNull(),
    /** Codes of the other billing entities that it is a tax of. */
    otherBillingEntities: json<string[]>('other_billing_entities').notNull().default([]),
  },
  (t) => [uniqueIndex('taxes_code').on(t.organizationId, t.code).where(sql`deleted_at IS NULL`)],
)
export type TaxRow = typeof taxes.$inferSelect

export type TaxOwnerKind = 'customer' | 'plan' | 'charge' | 'fixed_charge' | 'commitment' | 'add_on'

/** Which taxes a customer, plan, charge, fixed charge, minimum commitment or add-on names for itself. */
export const taxAssignments = sqliteTable(
  'tax_assignments',
  {
    organizationId: text('organization_id').notNull(),
    ownerKind: text('owner_kind').$type<TaxOwnerKind>().notNull(),
    ownerId: text('owner_id').notNull(),
    taxId: text('tax_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.taxId] }), index('tax_assignments_tax').on(t.taxId)],
)
