import { and, count, desc, eq, exists, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { appliedCoupons } from '../applied_coupons/table.js'
import { billingEntities } from '../billing_entities/table.js'
import { invoices } from '../invoices/table.js'
import { subscriptions } from '../subscriptions/table.js'
import { wallets } from '../wallets/table.js'
import { type CustomerRow, customers } from './table.js'
import type { NewCustomer } from './terms.js'

const living = (organizationId: string) =>
  and(eq(customers.organizationId, organizationId), isNull(customers.deletedAt))

/** The customer with this id of our own, deleted or not: a query, so that a caller can put it into its batch. */
export const customerQuery = (db: Database, organizationId: string, id: string) =>
  db
    .select()
    .from(customers)
    .where(and(eq(customers.organizationId, organizationId), eq(customers.id, id)))

/** The customer who has this external id now. */
export async function findCustomer(
  db: Database,
  organizationId: string,
  externalId: string,
): Promise<CustomerRow | undefined> {
  const [row] = await db
    .select()
    .from(customers)
    .where(and(living(organizationId), eq(customers.externalId, externalId)))
  return row
}

/** One row where the customer has anything that is billed or bills, none where nothing: a query for a batch. */
export const anythingBilled = (db: Database, organizationId: string, id: string) =>
  db
    .select({ id: customers.id })
    .from(customers)
    .where(
      and(
        eq(customers.organizationId, organizationId),
        eq(customers.id, id),
        or(
          ...[subscriptions, invoices, appliedCoupons, wallets].map((table) =>
            exists(db.select({ id: table.id }).from(table).where(eq(table.customerId, id))),
          ),
        ),
      ),
    )

export interface CustomerFilters {
  readonly billingEntityCodes?: readonly string[] | undefined
  readonly accountTypes?: readonly string[] | undefined
  readonly externalId?: string | undefined
  readonly searchTerm?: string | undefined
  readonly countries?: readonly string[] | undefined
  readonly states?: readonly string[] | undefined
  readonly zipcodes?: readonly string[] | undefined
  readonly currencies?: readonly string[] | undefined
  readonly customerType?: string | undefined
  readonly hasCustomerType?: boolean | undefined
  readonly hasTaxIdentificationNumber?: boolean | undefined
  /** Key and value; an empty value means "without that key". All must hold. */
  readonly metadata: readonly (readonly [string, string])[]
}

/** Newest first: by number, for customers are numbered in the order of their creation. */
export async function listCustomers(
  db: Database,
  organizationId: string,
  filters: CustomerFilters,
  page: Page,
): Promise<Paged<CustomerRow>> {
  const where = and(living(organizationId), ...conditions(filters))
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(customers)
      .where(where)
      .orderBy(desc(customers.sequentialId))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(customers).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

function conditions(filters: CustomerFilters): (SQL | undefined)[] {
  const given = <T>(value: T | undefined, condition: (value: T) => SQL | undefined) =>
    value === undefined ? undefined : condition(value)
  return [
    given(filters.billingEntityCodes, (codes) => sql`${customers.billingEntityCode} IN ${valueList(codes)}`),
    given(filters.accountTypes, (types) => sql`${customers.accountType} IN ${valueList(types)}`),
    given(filters.externalId, (id) => eq(customers.externalId, id)),
    given(filters.searchTerm, searched),
    given(filters.countries, (codes) => sql`${customers.country} IN ${valueList(codes)}`),
    given(filters.states, (states) => sql`${customers.state} IN ${valueList(states)}`),
    given(filters.zipcodes, (codes) => sql`${customers.zipcode} IN ${valueList(codes)}`),
    given(filters.currencies, (codes) => sql`${customers.currency} IN ${valueList(codes)}`),
    given(filters.customerType, (type) => sql`${customers.customerType} = ${type}`),
    given(filters.hasCustomerType, (has) => (has ? isNotNull : isNull)(customers.customerType)),
    given(
      filters.hasTaxIdentificationNumber,
      (has) => sql`(coalesce(${customers.taxIdentificationNumber}, '') <> '') = ${has ? 1 : 0}`,
    ),
    filters.metadata.length === 0 ? undefined : hasMetadata(filters.metadata),
  ]
}

/** Columns that a search looks into, joined so that no term can match across two of them. */
const SEARCHED = sql.join(
  [
    customers.name,
    customers.firstname,
    customers.lastname,
    customers.legalName,
    customers.externalId,
    customers.email,
  ].map((column) => sql`coalesce(${column}, '')`),
  sql` || char(0x1f) || `,
)

/**
 * A part of a name, external id or address, any case; a whole id finds its customer. SQLite folds the case of ASCII only, so
 * the term is also tried all lower and all upper. `instr`, because LIKE patterns are limited to 50 bytes.
 */
function searched(term: string): SQL {
  const spellings = valueList([...new Set([term, term.toLowerCase(), term.toUpperCase()])])
  return sql`(${customers.id} = ${term} OR EXISTS (
    SELECT 1 FROM ${spellings} AS spelling WHERE instr(lower(${SEARCHED}), lower(spelling.value)) > 0
  ))`
}

/** In one bound parameter, however many keys are asked for. */
function hasMetadata(wanted: readonly (readonly [string, string])[]): SQL {
  const entries = sql`json_each(${customers.metadata}) AS entry`
  const named = sql`entry.value ->> 'key' = wanted.value ->> 0`
  return sql`NOT EXISTS (
    SELECT 1 FROM json_each(${JSON.stringify(wanted)}) AS wanted
    WHERE CASE wanted.value ->> 1
      WHEN '' THEN EXISTS (SELECT 1 FROM ${entries} WHERE ${named})
      ELSE NOT EXISTS (SELECT 1 FROM ${entries} WHERE ${named} AND entry.value ->> 'value' = wanted.value ->> 1)
    END
  )`
}

/**
 * Inserts a customer with the next number of the organization, deleted customers counted, and the slug made of it:
 * assigned by the statement itself, so that none is given twice. The format is that of `customerSlug` in
 * `core/invoicing/numbering.ts`. An external id that a living customer has is a conflict.
 */
export function insertCustomer(db: Database, row: NewCustomer): Statement {
  const { organizationId } = row
  const next = sql`(SELECT coalesce(max(c.sequential_id), 0) + 1 FROM ${customers} c WHERE c.organization_id = ${organizationId})`
  return db.insert(customers).values({
    ...row,
    sequentialId: next,
    slug: sql`(SELECT printf('%s-%03d', e.document_number_prefix, ${next}) FROM ${billingEntities} e
      WHERE e.organization_id = ${organizationId} AND e.code = ${row.billingEntityCode})`,
  })
}

export const updateCustomerRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<CustomerRow, 'seq' | 'id' | 'organizationId' | 'sequentialId' | 'slug' | 'createdAt'>>,
): Statement =>
  db
    .update(customers)
    .set(changes)
    .where(and(eq(customers.organizationId, organizationId), eq(customers.id, id)))
