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
DROP INDEX `invoices_sequence`;--> statement-breakpoint
DROP INDEX `invoices_organization_sequence`;--> statement-breakpoint
ALTER TABLE `invoices` ADD `billing_entity_code` text DEFAULT 'default' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_sequence` ON `invoices` (`customer_id`,`billing_entity_code`,`sequential_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_organization_sequence` ON `invoices` (`organization_id`,`billing_entity_code`,`organization_sequential_id`);--> statement-breakpoint
ALTER TABLE `customers` ADD `billing_entity_code` text DEFAULT 'default' NOT NULL;--> statement-breakpoint
ALTER TABLE `customers` ADD `account_type` text DEFAULT 'customer' NOT NULL;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `billing_entity_code` text;--> statement-breakpoint
ALTER TABLE `taxes` ADD `other_billing_entities` text DEFAULT '[]' NOT NULL;