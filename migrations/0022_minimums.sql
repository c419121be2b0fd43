DROP INDEX `fees_subscription`;--> statement-breakpoint
ALTER TABLE `fees` ADD `true_up_fee_id` text;--> statement-breakpoint
ALTER TABLE `fees` ADD `true_up_parent_fee_id` text;--> statement-breakpoint
CREATE INDEX `fees_subscription` ON `fees` (`subscription_id`,`to_at`);--> statement-breakpoint
ALTER TABLE `plans` ADD `minimum_commitment` text;--> statement-breakpoint
DROP TRIGGER `fees_frozen`;
--> statement-breakpoint
-- The same list with the new columns of fees: what makes up for usage below a minimum is as final as the rest.
CREATE TRIGGER `fees_frozen` BEFORE UPDATE OF
	`seq`, `id`, `organization_id`, `created_at`, `customer_id`, `invoice_id`, `subscription_id`, `charge_id`,
	`charge_filter_id`, `grouped_by`, `event_transaction_id`, `fee_type`, `currency`, `description`, `amount_cents`,
	`precise_amount_cents`, `precise_coupons_amount_cents`, `units`, `total_aggregated_units`, `events_count`,
	`unit_amount`, `amount_details`, `taxes_amount_cents`, `taxes_precise_amount_cents`, `taxes_rate`, `applied_taxes`,
	`from_at`, `to_at`, `to_inclusive`, `pay_in_advance`, `invoiceable`, `deleted_at`, `pricing_unit`,
	`presentation_breakdowns`, `item_id`, `item_code`, `item_name`, `item_description`, `item_invoice_display_name`,
	`item_filters`, `item_filter_invoice_display_name`, `adjusted_fee_id`, `adjustment`, `basis`, `true_up_fee_id`,
	`true_up_parent_fee_id`
ON `fees`
WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`invoice_id`) OR EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = NEW.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'what stands on a final invoice cannot change');
END;
