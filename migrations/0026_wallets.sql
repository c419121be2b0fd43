CREATE TABLE `wallet_fundings` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`inbound_id` text NOT NULL,
	`outbound_id` text NOT NULL,
	`amount_cents` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_fundings_id_unique` ON `wallet_fundings` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_fundings_once` ON `wallet_fundings` (`outbound_id`,`inbound_id`);--> statement-breakpoint
CREATE INDEX `wallet_fundings_inbound` ON `wallet_fundings` (`inbound_id`);--> statement-breakpoint
CREATE TABLE `wallet_transactions` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`wallet_id` text NOT NULL,
	`transaction_type` text NOT NULL,
	`transaction_status` text NOT NULL,
	`status` text NOT NULL,
	`source` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`credit_amount` text NOT NULL,
	`remaining_amount_cents` integer,
	`priority` integer NOT NULL,
	`name` text,
	`metadata` text NOT NULL,
	`invoice_id` text,
	`credit_note_id` text,
	`voided_invoice_id` text,
	`invoice_requires_successful_payment` integer NOT NULL,
	`purchase_order_number` text,
	`skips_custom_sections` integer NOT NULL,
	`custom_section_codes` text NOT NULL,
	`settled_at` integer,
	`failed_at` integer,
	CONSTRAINT "wallet_transactions_remaining" CHECK(remaining_amount_cents >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_transactions_id_unique` ON `wallet_transactions` (`id`);--> statement-breakpoint
CREATE INDEX `wallet_transactions_wallet` ON `wallet_transactions` (`wallet_id`,`seq`);--> statement-breakpoint
CREATE INDEX `wallet_transactions_invoice` ON `wallet_transactions` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `wallet_transactions_left` ON `wallet_transactions` (`customer_id`) WHERE remaining_amount_cents > 0;--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_transactions_draw` ON `wallet_transactions` (`wallet_id`,`invoice_id`) WHERE transaction_status = 'invoiced';--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_transactions_purchase` ON `wallet_transactions` (`invoice_id`) WHERE transaction_status = 'purchased';--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_transactions_restored` ON `wallet_transactions` (`wallet_id`,`voided_invoice_id`) WHERE voided_invoice_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `wallets` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`code` text NOT NULL,
	`name` text,
	`status` text NOT NULL,
	`currency` text NOT NULL,
	`rate_amount` text NOT NULL,
	`priority` integer NOT NULL,
	`billing_entity_code` text,
	`balance_cents` integer NOT NULL,
	`credits_balance` text NOT NULL,
	`consumed_credits` text NOT NULL,
	`last_balance_sync_at` integer,
	`last_consumed_credit_at` integer,
	`expiration_at` integer,
	`terminated_at` integer,
	`invoice_requires_successful_payment` integer NOT NULL,
	`paid_top_up_min_amount_cents` integer,
	`paid_top_up_max_amount_cents` integer,
	`purchase_order_number` text,
	`fee_types` text NOT NULL,
	`metric_ids` text NOT NULL,
	`skips_custom_sections` integer NOT NULL,
	`custom_section_codes` text NOT NULL,
	`metadata` text,
	CONSTRAINT "wallets_balance" CHECK(balance_cents >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `wallets_id_unique` ON `wallets` (`id`);--> statement-breakpoint
CREATE INDEX `wallets_customer` ON `wallets` (`customer_id`,`status`);--> statement-breakpoint
CREATE INDEX `wallets_listing` ON `wallets` (`organization_id`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `wallets_code` ON `wallets` (`customer_id`,`code`) WHERE status = 'active';--> statement-breakpoint
ALTER TABLE `invoices` ADD `prepaid_granted_credit_amount_cents` integer;--> statement-breakpoint
ALTER TABLE `invoices` ADD `prepaid_purchased_credit_amount_cents` integer;--> statement-breakpoint
DROP TRIGGER `invoices_frozen`;
--> statement-breakpoint
-- The same list with the new columns of invoices: from whose credits it was paid is as final as the rest.
CREATE TRIGGER `invoices_frozen` BEFORE UPDATE OF
	`seq`, `id`, `organization_id`, `created_at`, `customer_id`, `billing_entity_code`, `invoice_type`, `currency`,
	`billing_at`, `issuing_on`, `expected_finalization_on`, `payment_due_on`, `net_payment_term`,
	`purchase_order_number`, `fees_amount_cents`, `progressive_billing_credit_amount_cents`, `coupons_amount_cents`,
	`sub_total_excluding_taxes_amount_cents`, `taxes_amount_cents`, `taxes_rate`,
	`sub_total_including_taxes_amount_cents`, `credit_notes_amount_cents`, `prepaid_credit_amount_cents`,
	`total_amount_cents`, `applied_taxes`, `custom_sections`, `finalized_at`, `voided_invoice_id`, `usage_through_seq`,
	`usage_thresholds`, `number`, `sequential_id`, `organization_sequential_id`, `prepaid_granted_credit_amount_cents`,
	`prepaid_purchased_credit_amount_cents`
ON `invoices` WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`id`)
BEGIN
	SELECT RAISE(ABORT, 'a final invoice cannot change');
END;
