CREATE TABLE `fixed_charge_units` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`fixed_charge_id` text NOT NULL,
	`subscription_id` text,
	`units` text NOT NULL,
	`is_immediate` integer NOT NULL,
	`batch_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `fixed_charge_units_id_unique` ON `fixed_charge_units` (`id`);--> statement-breakpoint
CREATE INDEX `fixed_charge_units_charge` ON `fixed_charge_units` (`fixed_charge_id`);--> statement-breakpoint
CREATE INDEX `fixed_charge_units_subscription` ON `fixed_charge_units` (`subscription_id`) WHERE subscription_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `fixed_charge_units_batch` ON `fixed_charge_units` (`batch_id`);--> statement-breakpoint
CREATE TABLE `fixed_charges` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`plan_id` text NOT NULL,
	`add_on_id` text NOT NULL,
	`code` text NOT NULL,
	`charge_model` text NOT NULL,
	`invoice_display_name` text,
	`pay_in_advance` integer NOT NULL,
	`prorated` integer NOT NULL,
	`units` text NOT NULL,
	`parent_id` text,
	`properties` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `fixed_charges_id_unique` ON `fixed_charges` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `fixed_charges_code` ON `fixed_charges` (`plan_id`,`code`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `fixed_charges_parent` ON `fixed_charges` (`parent_id`);--> statement-breakpoint
ALTER TABLE `fees` ADD `fixed_charge_id` text;--> statement-breakpoint
CREATE INDEX `fees_fixed_in_advance` ON `fees` (`customer_id`,`to_at`) WHERE fee_type = 'fixed_charge' AND pay_in_advance = 1;--> statement-breakpoint
DROP TRIGGER `fees_frozen`;
--> statement-breakpoint
-- The same list with the new column of fees.
CREATE TRIGGER `fees_frozen` BEFORE UPDATE OF
	`seq`, `id`, `organization_id`, `created_at`, `customer_id`, `invoice_id`, `subscription_id`, `charge_id`,
	`charge_filter_id`, `grouped_by`, `event_transaction_id`, `fee_type`, `currency`, `description`, `amount_cents`,
	`precise_amount_cents`, `precise_coupons_amount_cents`, `units`, `total_aggregated_units`, `events_count`,
	`unit_amount`, `amount_details`, `taxes_amount_cents`, `taxes_precise_amount_cents`, `taxes_rate`, `applied_taxes`,
	`from_at`, `to_at`, `to_inclusive`, `pay_in_advance`, `invoiceable`, `deleted_at`, `pricing_unit`,
	`presentation_breakdowns`, `item_id`, `item_code`, `item_name`, `item_description`, `item_invoice_display_name`,
	`item_filters`, `item_filter_invoice_display_name`, `adjusted_fee_id`, `adjustment`, `basis`, `true_up_fee_id`,
	`true_up_parent_fee_id`, `fixed_charge_id`
ON `fees`
WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`invoice_id`) OR EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = NEW.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'what stands on a final invoice cannot change');
END;
