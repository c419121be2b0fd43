import { schedule, unschedule } from '../../agenda/store.js'
import { changedMetadata, type Metadata, type MetadataChange } from '../../core/metadata.js'
import { invalid, notFound, ok, type Result } from '../../core/result.js'
import { changedFields } from '../../db/changes.js'
import { readTogether } from '../../db/read_together.js'
import { billingEntitiesQuery } from '../../resources/billing_entities/store.js'
import { applicableZone } from '../../resources/billing_entities/terms.js'
import { sectionsOf } from '../../resources/custom_sections/terms.js'
import { customerQuery } from '../../resources/customers/store.js'
import { rulesOfWallets } from '../../resources/wallet_rules/store.js'
import { activeWallets, updateWalletRow, walletQuery } from '../../resources/wallets/store.js'
import type { WalletRow } from '../../resources/wallets/table.js'
import { codeOfWallet, type WalletChanges, walletErrors } from '../../resources/wallets/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { prepared } from '../prepared.js'
import { endStatements, walletExpiry } from '../wallet_end.js'
import { walletTold } from '../wallet_movements.js'
import { rulesSaved } from '../wallet_rules_saved.js'
import { billDue } from './bill_due.js'
import { mustCarryOut } from './run.js'

/** Changes the named fields of a wallet. What is due before is billed first, by the wallet as it was. */
export async function updateWallet(
  context: CommandContext,
  walletId: string,
  changes: WalletChanges,
): CommandResult<null> {
  await billDue(context)
  const { db, ref, now } = context
  const { wallets, entities, active, customers, rules } = await readTogether(db, {
    wallets: walletQuery(db, ref.organizationId, ref.customerId, walletId),
    entities: billingEntitiesQuery(db, ref.organizationId),
    active: activeWallets(db, ref.organizationId, ref.customerId),
    customers: customerQuery(db, ref.organizationId, ref.customerId),
    rules: rulesOfWallets(db, ref.organizationId, [walletId]),
  })
  const [before] = wallets
  if (before === undefined) return notFound('wallet')
  if (before.status === 'terminated') return invalid({ wallet_id: ['wallet_is_terminated'] })
  const entityCode = changes.billing_entity_code
  if (entityCode != null && !entities.some(({ code }) => code === entityCode)) return notFound('billing_entity')
  const others = active.filter(({ id }) => id !== walletId).map(({ code }) => code)
  const after = changed(before, changes, new Set(others), now)
  if (!after.ok) return after
  const errors = walletErrors(after.value, before, now)
  if (Object.keys(errors).length > 0) return invalid(errors)
  const [customer] = customers
  if (customer === undefined) return notFound('wallet')
  const zone = applicableZone(customer, new Map(entities.map(({ code, timezone }) => [code, timezone])))
  const saved = rulesSaved(context, after.value, rules[0], changes.recurring_transaction_rules, zone)
  if (!saved.ok) return saved
  const { id } = after.value
  const statements = [
    updateWalletRow(db, ref.organizationId, id, { ...changedFields(before, after.value), updatedAt: now }),
    unschedule(db, 'expire_wallet', id),
    ...walletExpiry(after.value).map((item) => schedule(db, item)),
    ...saved.value,
    walletTold(context, id, 'updated'),
  ]
  await mustCarryOut(context, prepared({ statements }))
  return ok(null)
}

function changed(row: WalletRow, changes: WalletChanges, taken: ReadonlySet<string>, now: number): Result<WalletRow> {
  const sent = <T>(value: T | undefined, before: T): T => (value === undefined ? before : value)
  const code = changes.code == null ? ok(row.code) : codeOfWallet(changes, taken, now)
  if (!code.ok) return code
  return ok({
    ...row,
    code: code.value,
    name: sent(changes.name, row.name),
    priority: changes.priority ?? row.priority,
    billingEntityCode: sent(changes.billing_entity_code, row.billingEntityCode),
    expirationAt: sent(changes.expiration_at, row.expirationAt),
    invoiceRequiresSuccessfulPayment:
      changes.invoice_requires_successful_payment ?? row.invoiceRequiresSuccessfulPayment,
    paidTopUpMinAmountCents: sent(changes.paid_top_up_min_amount_cents, row.paidTopUpMinAmountCents),
    paidTopUpMaxAmountCents: sent(changes.paid_top_up_max_amount_cents, row.paidTopUpMaxAmountCents),
    purchaseOrderNumber: sent(changes.purchase_order_number, row.purchaseOrderNumber),
    feeTypes: changes.limits?.feeTypes ?? row.feeTypes,
    metricIds: changes.limits?.metricIds ?? row.metricIds,
    ...sectionsOf(row, changes.invoice_custom_section),
    metadata: sent(changes.metadata, row.metadata),
    updatedAt: now,
  })
}

/** Changes the metadata alone, of a wallet that has ended too. */
export async function changeWalletMetadata(
  { db, ref, ...context }: CommandContext,
  walletId: string,
  change: MetadataChange,
): CommandResult<Metadata | null> {
  const [row] = await walletQuery(db, ref.organizationId, ref.customerId, walletId)
  if (row === undefined) return notFound('wallet')
  const after = changedMetadata(row.metadata, change)
  if (!after.ok) return after
  const statement = updateWalletRow(db, ref.organizationId, walletId, {
    metadata: after.value,
    updatedAt: context.now,
  })
  await mustCarryOut({ db, ref, ...context }, prepared({ statements: [statement] }))
  return after
}

/** Ends a wallet. What is due before is billed first, with it. */
export async function endWallet(context: CommandContext, walletId: string): CommandResult<null> {
  await billDue(context)
  const { db, ref } = context
  const [row] = await walletQuery(db, ref.organizationId, ref.customerId, walletId)
  if (row === undefined) return notFound('wallet')
  if (row.status === 'terminated') return ok(null)
  await mustCarryOut(context, prepared({ statements: endStatements(context, row) }))
  return ok(null)
}
