CREATE TABLE `credit_note_items` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`credit_note_id` text NOT NULL,
	`fee_id` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`precise_amount_cents` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `credit_note_items_id_unique` ON `credit_note_items` (`id`);--> statement-breakpoint
CREATE INDEX `credit_note_items_note` ON `credit_note_items` (`credit_note_id`);--> statement-breakpoint
CREATE INDEX `credit_note_items_fee` ON `credit_note_items` (`fee_id`);--> statement-breakpoint
CREATE TABLE `credit_notes` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`invoice_id` text NOT NULL,
	`sequential_id` integer NOT NULL,
	`status` text NOT NULL,
	`reason` text NOT NULL,
	`description` text,
	`currency` text NOT NULL,
	`issuing_on` text NOT NULL,
	`credit_status` text,
	`refund_status` text,
	`refunded_at` integer,
	`voided_at` integer,
	`total_amount_cents` integer NOT NULL,
	`credit_amount_cents` integer NOT NULL,
	`refund_amount_cents` integer NOT NULL,
	`offset_amount_cents` integer NOT NULL,
	`balance_amount_cents` integer NOT NULL,
	`sub_total_excluding_taxes_amount_cents` integer NOT NULL,
	`coupons_adjustment_amount_cents` integer NOT NULL,
	`precise_coupons_adjustment_amount_cents` text NOT NULL,
	`taxes_amount_cents` integer NOT NULL,
	`precise_taxes_amount_cents` text NOT NULL,
	`taxes_rate` text NOT NULL,
	`applied_taxes` text NOT NULL,
	CONSTRAINT "credit_notes_balance" CHECK(balance_amount_cents >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `credit_notes_id_unique` ON `credit_notes` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `credit_notes_sequence` ON `credit_notes` (`invoice_id`,`sequential_id`);--> statement-breakpoint
CREATE INDEX `credit_notes_customer` ON `credit_notes` (`customer_id`,`credit_status`);--> statement-breakpoint
CREATE INDEX `credit_notes_listing` ON `credit_notes` (`organization_id`,`seq`);--> statement-breakpoint
CREATE TABLE `invoice_credits` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`invoice_id` text NOT NULL,
	`source_type` text NOT NULL,
	`source_id` text NOT NULL,
	`amount_cents` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_credits_id_unique` ON `invoice_credits` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_credits_once` ON `invoice_credits` (`invoice_id`,`source_type`,`source_id`);--> statement-breakpoint
CREATE INDEX `invoice_credits_source` ON `invoice_credits` (`source_type`,`source_id`);--> statement-breakpoint
DROP INDEX `plans_code`;--> statement-breakpoint
ALTER TABLE `plans` ADD `parent_id` text;--> statement-breakpoint
ALTER TABLE `plans` ADD `pending_deletion` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `plans_parent` ON `plans` (`parent_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `plans_code` ON `plans` (`organization_id`,`code`) WHERE deleted_at IS NULL AND parent_id IS NULL;--> statement-breakpoint
ALTER TABLE `charges` ADD `parent_id` text;--> statement-breakpoint
CREATE INDEX `charges_parent` ON `charges` (`parent_id`);--> statement-breakpoint
ALTER TABLE `invoices` ADD `offset_amount_cents` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `on_termination_credit_note` text;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `previous_subscription_id` text;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `trial_ended_at` integer;--> statement-breakpoint
CREATE INDEX `subscriptions_previous` ON `subscriptions` (`previous_subscription_id`);