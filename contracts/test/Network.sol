// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {Payouts} from "../src/Payouts.sol";
import {BurnAuction} from "../src/BurnAuction.sol";
import {Escrow} from "../src/Escrow.sol";
import {Params, ParamsLib} from "../src/Params.sol";
import {Registry, Ticket} from "../src/Registry.sol";
import {Config, Settlement} from "../src/Settlement.sol";
import {PayerRow, Statement} from "../src/Statement.sol";
import {SumTree} from "../src/SumTree.sol";
import {TestDollar} from "../src/TestDollar.sol";
import {Way} from "../src/Way.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {Payout, PayoutTree} from "./PayoutTree.sol";
import {vm} from "./Vm.sol";

/// @notice A Settlement whose seam for disputes can be called.
contract VoidableSettlement is Settlement {
    constructor(Config memory c) Settlement(c) {}

    function void(Statement calldata s, PayerRow[] calldata rows) external {
        _void(s, rows);
    }
}

/// @notice All that postStatement is called with but the signatures.
struct Draft {
    Statement s;
    PayerRow[] rows;
    uint256[4] allotted;
    bytes32[] heads;
}

/// @notice A whole network, deployed in the order of contracts/README.md, with three verifiers of equal weight.
abstract contract Network {
    uint64 internal constant GENESIS = 1_000_000;
    uint64 internal constant EPOCH = 60;
    uint64 internal constant WINDOW = 20;
    uint64 internal constant THAW = 200;
    uint64 internal constant K = 2;
    uint32 internal constant LAMBDA = 474_321;
    uint96 internal constant STIPEND = 100e18;
    uint256 internal constant DOLLAR = 1e6;

    address internal constant GUARDIAN = address(0x6a4d);
    address internal constant TREASURY = address(0x73ea);

    TestDollar internal dollar;
    Way internal way;
    Escrow internal escrow;
    Registry internal registry;
    BurnAuction internal auction;
    VoidableSettlement internal settlement;

    /// @dev Ascending by address.
    uint256[3] internal verifierKeys;
    uint64 internal epoch;

    function deploy() internal {
        vm.warp(GENESIS);
        vm.roll(100);
        dollar = new TestDollar();
        way = new Way(TREASURY);
        escrow = new Escrow(IERC20(address(dollar)), THAW);
        registry = new Registry(address(this));
        auction = new BurnAuction(IERC20(address(dollar)), ERC20Burnable(address(way)), 10e18, 3600);
        settlement = new VoidableSettlement(config());
        way.setMinter(address(settlement));
        escrow.setSettlement(address(settlement));
        verifierKeys = sortedKeys();
        for (uint256 i = 0; i < 3; ++i) {
            (uint256 x, uint256 y) = vm.publicKeyP256(verifierKeys[i]);
            registry.setVerifier(vm.addr(verifierKeys[i]), "https://verifier", bytes32(x), bytes32(y), 1);
        }
    }

    function config() internal view returns (Config memory c) {
        c = Config({
            dollar: IERC20(address(dollar)),
            way: way,
            escrow: escrow,
            registry: registry,
            burnAuction: address(auction),
            owner: address(this),
            guardian: GUARDIAN,
            genesisTime: GENESIS,
            epochSeconds: EPOCH,
            seedDelayBlocks: K,
            disputeWindowSeconds: WINDOW,
            params: defaultParams()
        });
    }

    function defaultParams() internal pure returns (Params memory) {
        return Params(8800, 500, 200, 500, LAMBDA, STIPEND, [uint16(500), 4500, 0, 500]);
    }

    function sortedKeys() private pure returns (uint256[3] memory keys) {
        keys = [uint256(0xa11), 0xb22, 0xc33];
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = i + 1; j < 3; ++j) {
                if (vm.addr(keys[j]) < vm.addr(keys[i])) (keys[i], keys[j]) = (keys[j], keys[i]);
            }
        }
    }

    function fund(address payer, uint256 amount) internal {
        dollar.mint(address(this), amount);
        dollar.approve(address(escrow), amount);
        escrow.deposit(payer, amount);
    }

    function fundStipend(uint256 amount) internal {
        vm.prank(TREASURY);
        way.transfer(address(this), amount);
        way.approve(address(settlement), amount);
        settlement.fundStipend(amount);
    }

    /// @notice Opens the epoch that is now, records its seed and goes to its end.
    function passEpoch() internal {
        epoch = settlement.currentEpoch();
        settlement.openEpoch(epoch);
        vm.roll(block.number + K + 1);
        vm.setBlockhash(block.number - 1, keccak256(abi.encode("block", block.number - 1)));
        settlement.recordSeed(epoch);
        vm.warp(GENESIS + (uint256(epoch) + 1) * EPOCH);
    }

    function passWindow() internal {
        vm.warp(block.timestamp + WINDOW);
    }

    /// @notice A statement that pays `dollarsIn` of one payer out by the rule's shares, without capacity pay.
    function draftFor(address payer, uint256 dollarsIn) internal view returns (Draft memory d) {
        d.rows = new PayerRow[](1);
        d.rows[0] = PayerRow(payer, dollarsIn);
        d.heads = new bytes32[](1);
        d.heads[0] = keccak256("bundle");
        d.s.dollarsIn = dollarsIn;
        d.s.devicesDollars = dollarsIn * 9300 / 10_000;
        d.s.verificationDollars = dollarsIn * 200 / 10_000;
        complete(d);
    }

    /// @notice Fills in everything that follows from the amounts: the auction's share, hashes, sums, the place.
    function complete(Draft memory d) internal view {
        Statement memory s = d.s;
        (Payouts.Outcome memory last,) = settlement.latest();
        s.epoch = epoch;
        s.previous = last.statementHash;
        s.paramsHash = settlement.paramsHash();
        s.registryBlock = uint64(block.number);
        s.auctionDollars = s.dollarsIn - s.devicesDollars - s.verificationDollars;
        s.wayAllotted = d.allotted[0] + d.allotted[1] + d.allotted[2] + d.allotted[3];
        s.reserveAfter = settlement.reserve() - s.wayAllotted;
        s.payoutsSum =
            last.payoutsSum + SumTree.pack(s.devicesDollars + s.verificationDollars, s.wayVested + s.stipendWay);
        rehash(d);
    }

    function rehash(Draft memory d) internal pure {
        d.s.bundleHeadsHash = keccak256(abi.encode(d.heads));
        d.s.payerRowsHash = keccak256(abi.encode(d.rows));
        d.s.allottedByKindHash = keccak256(abi.encode(d.allotted));
    }

    function signedBy(Statement memory s, uint256[] memory keys) internal view returns (bytes[] memory signatures) {
        bytes32 digest = settlement.statementDigest(s);
        signatures = new bytes[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            signatures[i] = signature(keys[i], digest);
        }
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function firstKeys(uint256 count) internal view returns (uint256[] memory keys) {
        keys = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            keys[i] = verifierKeys[i];
        }
    }

    function post(Draft memory d) internal {
        bytes[] memory signatures = signedBy(d.s, firstKeys(2));
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, signatures);
    }

    /// @dev The signatures must be made before expectRevert, which watches the next call only.
    function postReverts(Draft memory d, bytes4 selector) internal {
        bytes[] memory signatures = signedBy(d.s, firstKeys(2));
        vm.expectPartialRevert(selector);
        settlement.postStatement(d.s, d.rows, d.allotted, d.heads, signatures);
    }

    /// @notice The payouts tree as the statement's root; its sum must be what `complete` put there.
    function setTree(Draft memory d, Payout[] memory rows) internal pure {
        (bytes32 root, uint256 sum) = PayoutTree.root(rows);
        d.s.payoutsRoot = root;
        d.s.payoutsSum = sum;
    }

    /// @notice Settles one epoch in which `rows` are the payouts: dollars of `payer`, WAY as allotted and vested at once.
    function settleTree(address payer, Payout[] memory rows) internal {
        (, uint256 sum) = PayoutTree.root(rows);
        (Payouts.Outcome memory last,) = settlement.latest();
        passEpoch();
        uint256 pay = (sum >> 128) - (last.payoutsSum >> 128);
        uint256 wayPay = (sum & SumTree.LOW) - (last.payoutsSum & SumTree.LOW);
        uint256 dollarsIn = (pay * 10_000 + 9_499) / 9_500 + 1;
        fund(payer, dollarsIn);
        Draft memory d = draftFor(payer, dollarsIn);
        d.s.verificationDollars = 0;
        d.s.devicesDollars = pay;
        d.allotted[1] = wayPay;
        d.s.wayVested = wayPay;
        complete(d);
        setTree(d, rows);
        post(d);
        passWindow();
        settlement.finalize();
    }

    // ------------------------------------------------------------------------------------------------ devices

    function registerDevice(uint256 deviceKey, address owner) internal returns (address device) {
        bytes memory data;
        (device, data) = registerDeviceCall(deviceKey, owner);
        sendTo(address(registry), data);
    }

    function claimOwner(uint256 deviceKey, uint256 ownerKey) internal {
        sendTo(address(registry), claimOwnerCall(deviceKey, ownerKey));
    }

    function registerDeviceCall(uint256 deviceKey, address owner)
        internal
        view
        returns (address device, bytes memory data)
    {
        (uint256 x, uint256 y) = vm.publicKeyP256(deviceKey);
        device = registry.deviceId(bytes32(x), bytes32(y));
        Ticket memory ticket = Ticket(device, 2, keccak256("AS64512"), type(uint64).max);
        bytes memory signed =
            signature(verifierKeys[0], registryDigest(keccak256(abi.encode(registry.TICKET_TYPEHASH(), ticket))));
        (bytes32 r, bytes32 s) = deviceSignature(
            deviceKey, keccak256(abi.encode(registry.REGISTER_DEVICE_TYPEHASH(), device, 2, owner, type(uint64).max))
        );
        data = abi.encodeCall(registry.registerDevice, (bytes32(x), bytes32(y), 2, owner, ticket, signed, r, s));
    }

    function claimOwnerCall(uint256 deviceKey, uint256 ownerKey) internal view returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(deviceKey);
        address device = registry.deviceId(bytes32(x), bytes32(y));
        bytes32 message = keccak256(abi.encode(registry.CLAIM_OWNER_TYPEHASH(), device, vm.addr(ownerKey), 0));
        (bytes32 r, bytes32 s) = deviceSignature(deviceKey, message);
        bytes memory signed = signature(ownerKey, registryDigest(message));
        return abi.encodeCall(registry.claimOwner, (device, vm.addr(ownerKey), 0, r, s, signed));
    }

    function sendTo(address target, bytes memory data) private {
        (bool ok, bytes memory answer) = target.call(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    function registryDigest(bytes32 structHash) internal view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(registry.domainSeparator(), structHash);
    }

    /// @dev As a device signs: over sha256 of the digest, s low.
    function deviceSignature(uint256 key, bytes32 structHash) internal view returns (bytes32 r, bytes32 s) {
        (r, s) = vm.signP256(key, sha256(abi.encodePacked(registryDigest(structHash))));
        if (uint256(s) > P256.N / 2) s = bytes32(P256.N - uint256(s));
    }
}
