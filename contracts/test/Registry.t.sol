// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Registry, Ticket} from "../src/Registry.sol";
import {assertEq, assertTrue, vm} from "./Vm.sol";

contract RegistryTest {
    uint256 private constant VERIFIER_KEY = 0xa11;
    uint256 private constant OWNER_KEY = 0x0123;
    uint256 private constant DEVICE_KEY = 0xd0d0;
    uint8 private constant STORAGE = 2;

    Registry private registry;
    bytes32 private x;
    bytes32 private y;
    address private device;
    address private owner;

    function setUp() external {
        vm.warp(1_000);
        registry = new Registry(address(this));
        (uint256 qx, uint256 qy) = vm.publicKeyP256(DEVICE_KEY);
        (x, y) = (bytes32(qx), bytes32(qy));
        device = registry.deviceId(x, y);
        owner = vm.addr(OWNER_KEY);
        registry.setVerifier(vm.addr(VERIFIER_KEY), "https://v", x, y, 1);
    }

    // ------------------------------------------------------------------------------------------------ registration

    function test_a_device_is_registered_by_anyone() external {
        (Ticket memory ticket, bytes memory signed, bytes32 r, bytes32 s) = registration(owner, VERIFIER_KEY);
        vm.expectEmit();
        emit Registry.DeviceRegistered(device, owner, STORAGE, x, y, ticket.network, vm.addr(VERIFIER_KEY));
        vm.prank(address(0x4e1a));
        registry.registerDevice(x, y, STORAGE, owner, ticket, signed, r, s);

        Registry.Device memory d = registry.device(device);
        assertEq(d.x, x, "x");
        assertEq(d.y, y, "y");
        assertEq(d.owner, owner, "owner");
        assertEq(d.kind, STORAGE, "kind");
        assertEq(d.registeredAt, 1_000, "registeredAt");
        assertEq(registry.recipientOf(device), owner, "recipient");
    }

    function test_registration_happens_once() external {
        (Ticket memory ticket, bytes memory signed, bytes32 r, bytes32 s) = registration(owner, VERIFIER_KEY);
        registry.registerDevice(x, y, STORAGE, owner, ticket, signed, r, s);
        vm.expectRevert(abi.encodeWithSelector(Registry.DeviceAlreadyRegistered.selector, device));
        registry.registerDevice(x, y, STORAGE, owner, ticket, signed, r, s);
    }

    function test_a_relayer_cannot_change_owner_kind_or_device() external {
        (Ticket memory ticket, bytes memory signed, bytes32 r, bytes32 s) = registration(owner, VERIFIER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Registry.BadDeviceSignature.selector, device));
        registry.registerDevice(x, y, STORAGE, address(0xbad), ticket, signed, r, s);
        vm.expectRevert(abi.encodeWithSelector(Registry.TicketForAnother.selector, device, STORAGE));
        registry.registerDevice(x, y, STORAGE + 1, owner, ticket, signed, r, s);
        vm.expectRevert(abi.encodeWithSelector(Registry.TicketForAnother.selector, device, STORAGE));
        registry.registerDevice(y, x, STORAGE, owner, ticket, signed, r, s);
        // A longer ticket is another ticket: its signature recovers to a stranger.
        ticket.expiresAt += 1;
        vm.expectPartialRevert(Registry.NotActiveVerifier.selector);
        registry.registerDevice(x, y, STORAGE, owner, ticket, signed, r, s);
    }

    function test_a_ticket_expires() external {
        (Ticket memory ticket, bytes memory signed, bytes32 r, bytes32 s) = registration(owner, VERIFIER_KEY);
        vm.warp(ticket.expiresAt + 1);
        vm.expectRevert(abi.encodeWithSelector(Registry.TicketExpired.selector, ticket.expiresAt));
        registry.registerDevice(x, y, STORAGE, owner, ticket, signed, r, s);
        vm.warp(ticket.expiresAt);
        registry.registerDevice(x, y, STORAGE, owner, ticket, signed, r, s);
    }

    function test_only_an_active_verifier_gives_tickets() external {
        (Ticket memory ticket, bytes memory signed, bytes32 r, bytes32 s) = registration(owner, 0x5712);
        vm.expectRevert(abi.encodeWithSelector(Registry.NotActiveVerifier.selector, vm.addr(0x5712)));
        registry.registerDevice(x, y, STORAGE, owner, ticket, signed, r, s);

        (ticket, signed, r, s) = registration(owner, VERIFIER_KEY);
        registry.setVerifier(vm.addr(VERIFIER_KEY), "https://v", x, y, 0);
        vm.expectRevert(abi.encodeWithSelector(Registry.NotActiveVerifier.selector, vm.addr(VERIFIER_KEY)));
        registry.registerDevice(x, y, STORAGE, owner, ticket, signed, r, s);
    }

    function test_a_high_s_is_refused_on_both_curves() external {
        (Ticket memory ticket, bytes memory signed, bytes32 r, bytes32 s) = registration(owner, VERIFIER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Registry.BadDeviceSignature.selector, device));
        registry.registerDevice(x, y, STORAGE, owner, ticket, signed, r, bytes32(P256.N - uint256(s)));

        (uint8 v, bytes32 tr, bytes32 ts) = ECDSA.parse(signed);
        uint256 n = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        bytes memory high = abi.encodePacked(tr, n - uint256(ts), v == 27 ? 28 : 27);
        vm.expectPartialRevert(ECDSA.ECDSAInvalidSignatureS.selector);
        registry.registerDevice(x, y, STORAGE, owner, ticket, high, r, s);
    }

    function test_vectors_signed_by_node_are_accepted() external {
        string memory json = vm.readFile("contracts/vectors/registration.json");
        address at = vm.parseJsonAddress(json, ".registry");
        vm.etch(at, address(registry).code);
        Registry there = Registry(at);
        vm.chainId(vm.parseJsonUint(json, ".chainId"));
        // The copied code has no storage: its owner is nobody.
        vm.prank(address(0));
        there.setVerifier(vm.parseJsonAddress(json, ".verifier"), "https://v", x, y, 1);
        address registered = registerVector(there, json);
        assertEq(registered, vm.parseJsonAddress(json, ".device"), "the same id in TypeScript");
        assertEq(there.recipientOf(registered), address(0), "pay waits for an owner");
        claimVector(there, json);
        assertEq(there.recipientOf(registered), vm.parseJsonAddress(json, ".claim.owner"), "pay goes to the owner");
    }

    function registerVector(Registry there, string memory json) private returns (address) {
        Ticket memory ticket = Ticket(
            vm.parseJsonAddress(json, ".device"),
            uint8(vm.parseJsonUint(json, ".kind")),
            vm.parseJsonBytes32(json, ".network"),
            uint64(vm.parseJsonUint(json, ".expiresAt"))
        );
        return there.registerDevice(
            vm.parseJsonBytes32(json, ".x"),
            vm.parseJsonBytes32(json, ".y"),
            ticket.kind,
            address(0),
            ticket,
            vm.parseJsonBytes(json, ".ticketSignature"),
            vm.parseJsonBytes32(json, ".register.r"),
            vm.parseJsonBytes32(json, ".register.s")
        );
    }

    function claimVector(Registry there, string memory json) private {
        there.claimOwner(
            vm.parseJsonAddress(json, ".device"),
            vm.parseJsonAddress(json, ".claim.owner"),
            uint64(vm.parseJsonUint(json, ".claim.nonce")),
            vm.parseJsonBytes32(json, ".claim.r"),
            vm.parseJsonBytes32(json, ".claim.s"),
            vm.parseJsonBytes(json, ".claim.ownerSignature")
        );
    }

    // ------------------------------------------------------------------------------------------------ owners, payouts

    function test_pay_waits_until_both_sign_for_an_owner() external {
        register(address(0));
        assertEq(registry.recipientOf(device), address(0), "nobody yet");
        (bytes32 r, bytes32 s, bytes memory ownerSigned) = ownerClaim(0, DEVICE_KEY, OWNER_KEY);
        registry.claimOwner(device, owner, 0, r, s, ownerSigned);
        assertEq(registry.recipientOf(device), owner, "owner");
        vm.expectRevert(abi.encodeWithSelector(Registry.OwnerAlreadyKnown.selector, device, owner));
        registry.claimOwner(device, owner, 0, r, s, ownerSigned);
    }

    function test_neither_device_nor_owner_is_claimed_alone() external {
        register(address(0));
        (bytes32 r, bytes32 s, bytes memory ownerSigned) = ownerClaim(0, 0xd1d1, OWNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Registry.BadDeviceSignature.selector, device));
        registry.claimOwner(device, owner, 0, r, s, ownerSigned);
        (r, s, ownerSigned) = ownerClaim(0, DEVICE_KEY, 0x0124);
        vm.expectRevert(abi.encodeWithSelector(Registry.BadOwnerSignature.selector, owner));
        registry.claimOwner(device, owner, 0, r, s, ownerSigned);
    }

    function test_an_old_claim_cannot_be_replayed_after_a_release() external {
        register(address(0));
        (bytes32 r, bytes32 s, bytes memory ownerSigned) = ownerClaim(0, DEVICE_KEY, OWNER_KEY);
        registry.claimOwner(device, owner, 0, r, s, ownerSigned);
        vm.expectRevert(abi.encodeWithSelector(Registry.NotDeviceOwner.selector, device, address(this)));
        registry.transferDevice(device, address(this));
        vm.prank(owner);
        registry.transferDevice(device, address(0));
        vm.expectRevert(abi.encodeWithSelector(Registry.WrongNonce.selector, 0, 2));
        registry.claimOwner(device, owner, 0, r, s, ownerSigned);
        // The same signatures under the right number are not signatures of that number.
        vm.expectRevert(abi.encodeWithSelector(Registry.BadDeviceSignature.selector, device));
        registry.claimOwner(device, owner, 2, r, s, ownerSigned);
        (r, s, ownerSigned) = ownerClaim(2, DEVICE_KEY, OWNER_KEY);
        registry.claimOwner(device, owner, 2, r, s, ownerSigned);
    }

    function test_payout_goes_where_the_owner_says() external {
        register(owner);
        vm.prank(owner);
        registry.setPayout(address(0xca54));
        assertEq(registry.recipientOf(device), address(0xca54), "device");
        assertEq(registry.recipientOf(owner), address(0xca54), "owner");
        vm.prank(owner);
        registry.setPayout(address(0));
        assertEq(registry.recipientOf(device), owner, "back to the owner");
        assertEq(registry.recipientOf(address(0x77)), address(0x77), "a stranger is paid itself");
    }

    // ------------------------------------------------------------------------------------------------ verifiers, operators

    function test_weights_add_up() external {
        registry.setVerifier(address(0x11), "https://v", x, y, 5);
        registry.setVerifier(address(0x22), "https://v", x, y, 7);
        assertEq(registry.totalWeight(), 13, "sum");
        registry.setVerifier(address(0x11), "https://v", x, y, 2);
        assertEq(registry.totalWeight(), 10, "lowered");
        registry.setVerifier(address(0x22), "https://v", x, y, 0);
        assertEq(registry.totalWeight(), 3, "retired");
        address[] memory one = new address[](1);
        one[0] = address(0x22);
        vm.expectRevert(abi.encodeWithSelector(Registry.NotActiveVerifier.selector, address(0x22)));
        registry.weigh(one);
    }

    function test_only_the_owner_sets_verifiers() external {
        vm.prank(address(0xbad));
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(0xbad)));
        registry.setVerifier(address(0xbad), "https://v", x, y, 1);
    }

    function test_operators_register_change_and_leave_by_themselves() external {
        registry.registerOperator("https://front", x, y);
        registry.registerOperator("https://front2", x, y);
        Registry.Operator memory o = registry.operator(address(this));
        assertTrue(o.active, "active");
        assertTrue(keccak256(bytes(o.endpoint)) == keccak256("https://front2"), "endpoint");
        registry.removeOperator();
        assertTrue(!registry.operator(address(this)).active, "gone");
        vm.expectRevert(abi.encodeWithSelector(Registry.NotOperator.selector, address(this)));
        registry.removeOperator();
    }

    function test_endpoints_and_link_keys_are_checked() external {
        vm.expectRevert(abi.encodeWithSelector(Registry.EndpointLength.selector, 0));
        registry.registerOperator("", x, y);
        vm.expectRevert(abi.encodeWithSelector(Registry.EndpointLength.selector, 301));
        registry.registerOperator(string(new bytes(301)), x, y);
        vm.expectRevert(abi.encodeWithSelector(Registry.NotOnCurve.selector, x, x));
        registry.registerOperator("https://front", x, x);
    }

    // ------------------------------------------------------------------------------------------------ signatures

    function register(address owner_) private {
        (Ticket memory ticket, bytes memory signed, bytes32 r, bytes32 s) = registration(owner_, VERIFIER_KEY);
        registry.registerDevice(x, y, STORAGE, owner_, ticket, signed, r, s);
    }

    function registration(address owner_, uint256 verifierKey)
        private
        view
        returns (Ticket memory ticket, bytes memory signed, bytes32 r, bytes32 s)
    {
        ticket = Ticket(device, STORAGE, keccak256("AS64512"), 2_000);
        signed = accountSigned(verifierKey, keccak256(abi.encode(registry.TICKET_TYPEHASH(), ticket)));
        (r, s) = deviceSigned(
            DEVICE_KEY,
            keccak256(abi.encode(registry.REGISTER_DEVICE_TYPEHASH(), device, STORAGE, owner_, ticket.expiresAt))
        );
    }

    function ownerClaim(uint64 nonce, uint256 deviceKey, uint256 ownerKey)
        private
        view
        returns (bytes32 r, bytes32 s, bytes memory signed)
    {
        bytes32 message = keccak256(abi.encode(registry.CLAIM_OWNER_TYPEHASH(), device, owner, nonce));
        (r, s) = deviceSigned(deviceKey, message);
        signed = accountSigned(ownerKey, message);
    }

    function digestOf(bytes32 structHash) private view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(registry.domainSeparator(), structHash);
    }

    function accountSigned(uint256 key, bytes32 structHash) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digestOf(structHash));
        return abi.encodePacked(r, s, v);
    }

    function deviceSigned(uint256 key, bytes32 structHash) private view returns (bytes32 r, bytes32 s) {
        (r, s) = vm.signP256(key, sha256(abi.encodePacked(digestOf(structHash))));
        if (uint256(s) > P256.N / 2) s = bytes32(P256.N - uint256(s));
    }
}
