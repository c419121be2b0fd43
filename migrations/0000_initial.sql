CREATE TABLE `agenda` (
	`organization_id` text NOT NULL,
	`customer_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`due_at` integer NOT NULL,
	PRIMARY KEY(`kind`, `subject_id`, `due_at`)
);
--> statement-breakpoint
CREATE INDEX `agenda_due` ON `agenda` (`due_at`,`customer_id`);--> statement-breakpoint
CREATE INDEX `agenda_customer` ON `agenda` (`customer_id`,`due_at`);--> statement-breakpoint
CREATE INDEX `agenda_organization` ON `agenda` (`organization_id`,`due_at`);--> statement-breakpoint
CREATE TABLE `parked_customers` (
	`customer_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`error` text NOT NULL,
	`parked_at` integer NOT NULL,
	`failed_runs` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`customer_id` text,
	`message_type` text NOT NULL,
	`subject_type` text NOT NULL,
	`subject_id` text NOT NULL,
	`delivered_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_id_unique` ON `outbox` (`id`);--> statement-breakpoint
CREATE INDEX `outbox_undelivered` ON `outbox` (`delivered_at`,`seq`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`key_hash` text NOT NULL,
	`expires_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_id_unique` ON `api_keys` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_key_hash_unique` ON `api_keys` (`key_hash`);--> statement-breakpoint
CREATE TABLE `billable_metrics` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`aggregation_type` text NOT NULL,
	`field_name` text,
	`recurring` integer NOT NULL,
	`rounding_function` text,
	`rounding_precision` integer,
	`weighted_interval` text,
	`expression` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `billable_metrics_id_unique` ON `billable_metrics` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `billable_metrics_code` ON `billable_metrics` (`organization_id`,`code`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE TABLE `charges` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`plan_id` text NOT NULL,
	`billable_metric_id` text NOT NULL,
	`code` text NOT NULL,
	`charge_model` text NOT NULL,
	`invoice_display_name` text,
	`pay_in_advance` integer NOT NULL,
	`invoiceable` integer NOT NULL,
	`prorated` integer NOT NULL,
	`min_amount_cents` integer NOT NULL,
	`properties` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `charges_id_unique` ON `charges` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `charges_code` ON `charges` (`plan_id`,`code`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `charges_metric` ON `charges` (`billable_metric_id`);--> statement-breakpoint
CREATE TABLE `customers` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`external_id` text NOT NULL,
	`sequential_id` integer NOT NULL,
	`slug` text NOT NULL,
	`name` text,
	`firstname` text,
	`lastname` text,
	`customer_type` text,
	`email` text,
	`phone` text,
	`url` text,
	`logo_url` text,
	`legal_name` text,
	`legal_number` text,
	`tax_identification_number` text,
	`address_line1` text,
	`address_line2` text,
	`city` text,
	`state` text,
	`zipcode` text,
	`country` text,
	`shipping_address` text,
	`currency` text,
	`timezone` text,
	`net_payment_term` integer,
	`finalize_zero_amount_invoice` text DEFAULT 'inherit' NOT NULL,
	`invoice_grace_period` integer,
	`issuing_date_anchor` text,
	`issuing_date_adjustment` text,
	`document_locale` text,
	`metadata` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `customers_id_unique` ON `customers` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `customers_external_id` ON `customers` (`organization_id`,`external_id`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `customers_sequential_id` ON `customers` (`organization_id`,`sequential_id`);--> statement-breakpoint
CREATE TABLE `event_inbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`external_subscription_id` text,
	`transaction_id` text NOT NULL,
	`code` text NOT NULL,
	`at` integer NOT NULL,
	`properties` text NOT NULL,
	`precise_total_amount_cents` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `event_inbox_id_unique` ON `event_inbox` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `event_inbox_once` ON `event_inbox` (`organization_id`,`external_subscription_id`,`transaction_id`);--> statement-breakpoint
CREATE INDEX `event_inbox_transaction` ON `event_inbox` (`organization_id`,`transaction_id`);--> statement-breakpoint
CREATE TABLE `fees` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`invoice_id` text,
	`subscription_id` text,
	`charge_id` text,
	`fee_type` text NOT NULL,
	`currency` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`precise_amount_cents` text NOT NULL,
	`precise_coupons_amount_cents` text NOT NULL,
	`units` text NOT NULL,
	`total_aggregated_units` text,
	`events_count` integer,
	`unit_amount` text NOT NULL,
	`amount_details` text NOT NULL,
	`taxes_amount_cents` integer NOT NULL,
	`taxes_precise_amount_cents` text NOT NULL,
	`taxes_rate` text NOT NULL,
	`applied_taxes` text NOT NULL,
	`from_at` integer,
	`to_at` integer,
	`to_inclusive` integer NOT NULL,
	`pay_in_advance` integer NOT NULL,
	`invoiceable` integer NOT NULL,
	`payment_status` text NOT NULL,
	`item_id` text NOT NULL,
	`item_code` text NOT NULL,
	`item_name` text NOT NULL,
	`item_description` text,
	`item_invoice_display_name` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `fees_id_unique` ON `fees` (`id`);--> statement-breakpoint
CREATE INDEX `fees_invoice` ON `fees` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `fees_subscription` ON `fees` (`subscription_id`);--> statement-breakpoint
CREATE INDEX `fees_listing` ON `fees` (`organization_id`,`seq`);--> statement-breakpoint
CREATE INDEX `fees_customer` ON `fees` (`customer_id`);--> statement-breakpoint
CREATE TABLE `billing_periods` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`invoice_id` text NOT NULL,
	`subscription_id` text NOT NULL,
	`invoicing_reason` text NOT NULL,
	`period_key` text NOT NULL,
	`plan_period_from_on` text NOT NULL,
	`plan_period_to_on` text NOT NULL,
	`plan_from_at` integer NOT NULL,
	`plan_to_at` integer NOT NULL,
	`bills_plan_fee` integer NOT NULL,
	`charges_from_at` integer,
	`charges_to_at` integer,
	`fixed_charges_from_at` integer,
	`fixed_charges_to_at` integer,
	`plan_to_inclusive` integer NOT NULL,
	`charges_to_inclusive` integer NOT NULL,
	`fixed_charges_to_inclusive` integer NOT NULL,
	`zone` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `billing_periods_id_unique` ON `billing_periods` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `billing_periods_once` ON `billing_periods` (`subscription_id`,`invoicing_reason`,`period_key`);--> statement-breakpoint
CREATE INDEX `billing_periods_invoice` ON `billing_periods` (`invoice_id`);--> statement-breakpoint
CREATE TABLE `invoices` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`invoice_type` text NOT NULL,
	`status` text NOT NULL,
	`payment_status` text NOT NULL,
	`currency` text NOT NULL,
	`number` text NOT NULL,
	`sequential_id` integer,
	`organization_sequential_id` integer,
	`billing_at` integer NOT NULL,
	`issuing_on` text NOT NULL,
	`expected_finalization_on` text NOT NULL,
	`payment_due_on` text NOT NULL,
	`net_payment_term` integer NOT NULL,
	`purchase_order_number` text,
	`fees_amount_cents` integer NOT NULL,
	`progressive_billing_credit_amount_cents` integer NOT NULL,
	`coupons_amount_cents` integer NOT NULL,
	`sub_total_excluding_taxes_amount_cents` integer NOT NULL,
	`taxes_amount_cents` integer NOT NULL,
	`taxes_rate` text NOT NULL,
	`sub_total_including_taxes_amount_cents` integer NOT NULL,
	`credit_notes_amount_cents` integer NOT NULL,
	`prepaid_credit_amount_cents` integer NOT NULL,
	`total_amount_cents` integer NOT NULL,
	`total_paid_amount_cents` integer NOT NULL,
	`applied_taxes` text NOT NULL,
	`finalized_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_id_unique` ON `invoices` (`id`);--> statement-breakpoint
CREATE INDEX `invoices_listing` ON `invoices` (`organization_id`,`issuing_on`,`seq`);--> statement-breakpoint
CREATE INDEX `invoices_customer` ON `invoices` (`customer_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_sequence` ON `invoices` (`customer_id`,`sequential_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_organization_sequence` ON `invoices` (`organization_id`,`organization_sequential_id`);--> statement-breakpoint
CREATE TABLE `organizations` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`default_currency` text NOT NULL,
	`timezone` text NOT NULL,
	`country` text,
	`address_line1` text,
	`address_line2` text,
	`city` text,
	`state` text,
	`zipcode` text,
	`email` text,
	`legal_name` text,
	`legal_number` text,
	`tax_identification_number` text,
	`webhook_url` text,
	`document_numbering` text NOT NULL,
	`document_number_prefix` text NOT NULL,
	`document_locale` text NOT NULL,
	`net_payment_term` integer NOT NULL,
	`invoice_grace_period` integer NOT NULL,
	`invoice_footer` text,
	`finalize_zero_amount_invoice` integer NOT NULL,
	`email_settings` text NOT NULL,
	`invoice_sequence` integer DEFAULT 0 NOT NULL,
	`test_clock_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_id_unique` ON `organizations` (`id`);--> statement-breakpoint
CREATE TABLE `plans` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`invoice_display_name` text,
	`description` text,
	`interval` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`amount_currency` text NOT NULL,
	`pay_in_advance` integer NOT NULL,
	`bill_charges_monthly` integer,
	`bill_fixed_charges_monthly` integer,
	`trial_period` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plans_id_unique` ON `plans` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `plans_code` ON `plans` (`organization_id`,`code`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE TABLE `subscriptions` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`plan_id` text NOT NULL,
	`external_id` text NOT NULL,
	`name` text,
	`status` text NOT NULL,
	`billing_time` text NOT NULL,
	`subscription_at` integer NOT NULL,
	`started_at` integer,
	`ending_at` integer,
	`terminated_at` integer,
	`canceled_at` integer,
	`consolidate_invoice` integer NOT NULL,
	`purchase_order_number` text,
	`on_termination_invoice` text NOT NULL,
	`billed_through_on` text,
	`charges_billed_until_at` integer,
	`fixed_charges_billed_until_at` integer,
	`started_after_seq` integer,
	`ended_after_seq` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscriptions_id_unique` ON `subscriptions` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `subscriptions_one_active` ON `subscriptions` (`organization_id`,`external_id`) WHERE status = 'active';--> statement-breakpoint
CREATE INDEX `subscriptions_external_id` ON `subscriptions` (`organization_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `subscriptions_customer` ON `subscriptions` (`customer_id`);--> statement-breakpoint
CREATE INDEX `subscriptions_plan` ON `subscriptions` (`plan_id`);--> statement-breakpoint
CREATE TABLE `tax_assignments` (
	`organization_id` text NOT NULL,
	`owner_kind` text NOT NULL,
	`owner_id` text NOT NULL,
	`tax_id` text NOT NULL,
	PRIMARY KEY(`owner_id`, `tax_id`)
);
--> statement-breakpoint
CREATE INDEX `tax_assignments_tax` ON `tax_assignments` (`tax_id`);--> statement-breakpoint
CREATE TABLE `taxes` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`rate` text NOT NULL,
	`applied_to_organization` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `taxes_id_unique` ON `taxes` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `taxes_code` ON `taxes` (`organization_id`,`code`) WHERE deleted_at IS NULL;