CREATE TABLE `applied_coupons` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`coupon_id` text NOT NULL,
	`status` text NOT NULL,
	`terminated_at` integer,
	`amount_cents` integer,
	`amount_currency` text,
	`percentage_rate` text,
	`frequency` text NOT NULL,
	`frequency_duration` integer,
	`remaining_invoices` integer,
	`remaining_amount_cents` integer,
	`reusable` integer NOT NULL,
	CONSTRAINT "applied_coupons_invoices" CHECK(remaining_invoices >= 0),
	CONSTRAINT "applied_coupons_amount" CHECK(remaining_amount_cents >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `applied_coupons_id_unique` ON `applied_coupons` (`id`);--> statement-breakpoint
CREATE INDEX `applied_coupons_customer` ON `applied_coupons` (`customer_id`,`status`);--> statement-breakpoint
CREATE INDEX `applied_coupons_coupon` ON `applied_coupons` (`coupon_id`);--> statement-breakpoint
CREATE INDEX `applied_coupons_listing` ON `applied_coupons` (`organization_id`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `applied_coupons_once` ON `applied_coupons` (`customer_id`,`coupon_id`) WHERE reusable = 0;--> statement-breakpoint
CREATE TABLE `billing_entities` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`default_currency` text NOT NULL,
	`timezone` text NOT NULL,
	`country` text,
	`address_line1` text,
	`address_line2` text,
	`city` text,
	`state` text,
	`zipcode` text,
	`email` text,
	`phone` text,
	`legal_name` text,
	`legal_number` text,
	`tax_identification_number` text,
	`document_numbering` text NOT NULL,
	`document_number_prefix` text NOT NULL,
	`document_locale` text NOT NULL,
	`net_payment_term` integer NOT NULL,
	`invoice_grace_period` integer NOT NULL,
	`invoice_footer` text,
	`issuing_date_anchor` text NOT NULL,
	`issuing_date_adjustment` text NOT NULL,
	`finalize_zero_amount_invoice` integer NOT NULL,
	`email_settings` text NOT NULL,
	`eu_tax_management` integer NOT NULL,
	`invoice_sequence` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `billing_entities_id_unique` ON `billing_entities` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `billing_entities_code` ON `billing_entities` (`organization_id`,`code`);--> statement-breakpoint
CREATE TABLE `coupons` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`coupon_type` text NOT NULL,
	`amount_cents` integer,
	`amount_currency` text,
	`percentage_rate` text,
	`frequency` text NOT NULL,
	`frequency_duration` integer,
	`reusable` integer NOT NULL,
	`expiration` text NOT NULL,
	`expiration_at` integer,
	`target_kind` text,
	`target_ids` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `coupons_id_unique` ON `coupons` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `coupons_code` ON `coupons` (`organization_id`,`code`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `coupons_listing` ON `coupons` (`organization_id`,`expiration_at`,`seq`);--> statement-breakpoint
DROP INDEX `invoices_sequence`;--> statement-breakpoint
DROP INDEX `invoices_organization_sequence`;--> statement-breakpoint
ALTER TABLE `invoices` ADD `billing_entity_code` text DEFAULT 'default' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_sequence` ON `invoices` (`customer_id`,`billing_entity_code`,`sequential_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_organization_sequence` ON `invoices` (`organization_id`,`billing_entity_code`,`organization_sequential_id`);--> statement-breakpoint
ALTER TABLE `customers` ADD `billing_entity_code` text DEFAULT 'default' NOT NULL;--> statement-breakpoint
ALTER TABLE `customers` ADD `account_type` text DEFAULT 'customer' NOT NULL;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `billing_entity_code` text;--> statement-breakpoint
ALTER TABLE `taxes` ADD `other_billing_entities` text DEFAULT '[]' NOT NULL;