ALTER TABLE `invoices` ADD `usage_thresholds` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `plans` ADD `usage_thresholds` text;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `usage_thresholds` text;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `progressive_billing_disabled` integer DEFAULT false NOT NULL;