import GreeterPlugin
import Testing

@Suite struct GreetingTests {
    @Test("a greeting names whom it is for, and nobody when there is nobody")
    func text() {
        #expect(Greeting("hello", to: "world").text == "hello, world")
        #expect(Greeting("hello", to: "").text == "hello")
    }

    @Test("the plugin says who it is")
    func identity() {
        #expect(GreeterPlugin.identity.id == "com.example.greeter")
    }
}
