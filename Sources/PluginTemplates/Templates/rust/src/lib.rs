mod martlet;
mod plugin;

martlet::export!(plugin::GreeterPlugin);
