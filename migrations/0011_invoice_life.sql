CREATE TABLE `adjusted_fees` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`invoice_id` text NOT NULL,
	`subject` text NOT NULL,
	`subscription_id` text NOT NULL,
	`charge_id` text,
	`charge_filter_id` text,
	`filter_values` text,
	`grouped_by` text NOT NULL,
	`adjustment` text NOT NULL,
	`units` text,
	`unit_amount` text,
	`invoice_display_name` text,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `adjusted_fees_id_unique` ON `adjusted_fees` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `adjusted_fees_once` ON `adjusted_fees` (`invoice_id`,`subject`);--> statement-breakpoint
CREATE INDEX `adjusted_fees_customer` ON `adjusted_fees` (`customer_id`);--> statement-breakpoint
ALTER TABLE `fees` ADD `adjusted_fee_id` text;--> statement-breakpoint
ALTER TABLE `fees` ADD `adjustment` text;--> statement-breakpoint
ALTER TABLE `invoices` ADD `payment_overdue` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `invoices` ADD `payment_dispute_lost_at` integer;--> statement-breakpoint
ALTER TABLE `invoices` ADD `metadata` text DEFAULT '[]' NOT NULL;