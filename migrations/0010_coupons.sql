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
CREATE INDEX `coupons_listing` ON `coupons` (`organization_id`,`expiration_at`,`seq`);