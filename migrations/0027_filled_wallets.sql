CREATE TABLE `wallet_rules` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`wallet_id` text NOT NULL,
	`status` text NOT NULL,
	`trigger` text NOT NULL,
	`interval` text,
	`method` text NOT NULL,
	`threshold_credits` text NOT NULL,
	`paid_credits` text NOT NULL,
	`granted_credits` text NOT NULL,
	`target_ongoing_balance` text,
	`grants_target_top_up` integer,
	`started_at` integer,
	`expiration_at` integer,
	`invoice_requires_successful_payment` integer NOT NULL,
	`ignore_paid_top_up_limits` integer NOT NULL,
	`transaction_name` text,
	`transaction_metadata` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_rules_id_unique` ON `wallet_rules` (`id`);--> statement-breakpoint
CREATE INDEX `wallet_rules_customer` ON `wallet_rules` (`customer_id`,`status`);--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_rules_one` ON `wallet_rules` (`wallet_id`) WHERE status = 'active';--> statement-breakpoint
ALTER TABLE `charges` ADD `accepts_target_wallet` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `wallets` ADD `ongoing_usage_cents` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `wallets` ADD `is_depleted` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `wallets` ADD `first_paid_credits` text DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE `wallets` ADD `first_granted_credits` text DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE `wallets` ADD `topped_up_on` text;--> statement-breakpoint
ALTER TABLE `wallets` ADD `ongoing_seen_cents` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `wallet_transactions_bought` ON `wallet_transactions` (`customer_id`,`updated_at`) WHERE transaction_status = 'purchased';